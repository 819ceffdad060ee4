/** The facility's TLS identity: a key and a certificate that signs itself, made once and kept with its memory. */
import { access, mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { makeSerial, signCertificate } from '../../../coordinator/authority/x509.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../../shared/identity/keys.ts';
import { encodePem } from '../../../shared/identity/pem.ts';

export interface TlsIdentity {
  /** PEM. */
  readonly key: string;
  /** PEM; what callers have to trust. */
  readonly cert: string;
}

/** Packet's own names, so that a caller may keep the address it was written with and have it resolved to a lab. */
const NAMES = ['localhost', 'api.packet.net', 'api.equinix.com'];

/**
 * Reads `key.pem` and `certificate.pem` in `directory`, or makes them.
 * @param addresses IPv4 addresses that callers may use
 */
export async function ensureIdentity(directory: string, addresses: readonly string[]): Promise<TlsIdentity> {
  const files = { key: join(directory, 'key.pem'), cert: join(directory, 'certificate.pem') };
  if (!(await isThere(files.cert))) {
    const made = await makeIdentity([...new Set(['127.0.0.1', ...addresses])]);
    await mkdir(directory, { recursive: true, mode: 0o700 });
    // The certificate comes last: where it is, the key is.
    await writeWhole(files.key, made.key);
    await writeWhole(files.cert, made.cert);
  }
  return { key: await readFile(files.key, 'utf8'), cert: await readFile(files.cert, 'utf8') };
}

async function makeIdentity(addresses: readonly string[]): Promise<TlsIdentity> {
  const key = await generateKey();
  const content = {
    serial: makeSerial(),
    subject: { commonName: 'vent lab facility', organizations: [] },
    names: { dnsNames: NAMES, addresses, uris: [] },
    spki: spkiOf(key),
    notBefore: Date.UTC(2020, 0, 1),
    notAfter: Date.UTC(2049, 11, 31),
    purpose: { usages: ['server'] },
  } as const;
  const certificate = await signCertificate(content, { key, certificate: undefined });
  return { key: encodePrivateKey(key), cert: encodePem('CERTIFICATE', certificate) };
}

function isThere(file: string): Promise<boolean> {
  return access(file).then(
    () => true,
    () => false,
  );
}

async function writeWhole(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { mode: 0o600 });
  await rename(`${file}.new`, file);
}
