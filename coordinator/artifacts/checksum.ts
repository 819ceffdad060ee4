/** Checksum files as projects publish them: a bare digest, or lines of `<digest>  <file name>` as sha256sum writes them. */
import { VentError } from '../../shared/errors.ts';

export type Algorithm = 'sha256' | 'sha512';

const DIGITS: Readonly<Record<Algorithm, number>> = { sha256: 64, sha512: 128 };

/**
 * Finds a file's digest in the text of a checksum file.
 * @returns hex in lower case @throws ARTIFACT_CORRUPT when the text names the file not once with one digest
 */
export function readChecksum(text: string, fileName: string, algorithm: Algorithm): string {
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== '');
  const digest = new RegExp(`^[0-9a-f]{${DIGITS[algorithm]}}$`, 'i');
  const digests = new Set<string>();
  for (const line of lines) {
    const [first = '', ...rest] = line.trim().split(/\s+/);
    // `*` marks binary mode; some projects write the path they had.
    const name = rest.join(' ').replace(/^\*/, '').split('/').at(-1);
    const isBare = name === '' && lines.length === 1;
    if (digest.test(first) && (isBare || name === fileName)) digests.add(first.toLowerCase());
  }
  const [only] = digests;
  if (only === undefined || digests.size > 1)
    throw new VentError(
      'ARTIFACT_CORRUPT',
      `cannot check ${fileName}: upstream's checksum file holds ${digests.size} ${algorithm} digests of it`,
    );
  return only;
}
