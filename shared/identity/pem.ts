/** Text encodings of keys and certificates (RFC 7468). */

const BLOCK = /-----BEGIN ([A-Z0-9 ]+)-----\r?\n[A-Za-z0-9+/=\r\n]+-----END \1-----/g;

/** @param label such as `CERTIFICATE` @returns lines of 64 characters, with a line break at the end */
export function encodePem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** The blocks of one label in a text, in order, each with one line break at its end; other text is passed over. */
export function splitPem(text: string, label = 'CERTIFICATE'): readonly string[] {
  return [...text.matchAll(BLOCK)]
    .filter((match) => match[1] === label)
    .map((match) => `${match[0].replaceAll('\r', '')}\n`);
}

/** One text of several blocks. */
export function joinPem(blocks: readonly string[]): string {
  return blocks.map((block) => `${block.trim()}\n`).join('');
}
