/** What every host says of an artifact that arrived wrong. */
import { VentError } from '../../shared/errors.ts';

interface Bytes {
  readonly sha256: string;
  readonly size: number;
}

/** @param got undefined when more came than was expected; its hash counts only when the size is right */
export function corruptArtifact(path: string, expected: Bytes, got: Bytes | undefined): VentError {
  return new VentError(
    'ARTIFACT_CORRUPT',
    `cannot store ${path}: expected ${expected.size} bytes with SHA-256 ${shorten(expected)}, got ${describe(expected, got)}`,
    { hint: 'Fetch the artifact again at the coordinator if this lasts.', retry: 'backoff' },
  );
}

function describe(expected: Bytes, got: Bytes | undefined): string {
  if (got === undefined) return 'more';
  return got.size === expected.size ? `SHA-256 ${shorten(got)}` : `${got.size} bytes`;
}

function shorten({ sha256 }: Bytes): string {
  return sha256.slice(0, 12);
}
