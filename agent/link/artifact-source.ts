/** Artifacts by hash from the coordinator's HTTPS port, from any offset, so that a cut download is resumed. */
import { type Agent, get } from 'node:https';
import { VentError } from '../../shared/errors.ts';

const IDLE_MILLISECONDS = 30_000;

/** @returns why there are no bytes to come, or undefined */
function judgeStatus(status: number, sha256: string, offset: number): VentError | undefined {
  if (status === (offset > 0 ? 206 : 200)) return undefined;
  const refuse = (code: 'ARTIFACT_UNKNOWN' | 'ARTIFACT_CORRUPT' | 'UNAVAILABLE', cause: string): VentError =>
    new VentError(code, `cannot fetch artifact ${sha256.slice(0, 12)}: ${cause}`, { retry: 'backoff' });
  if (status === 404) return refuse('ARTIFACT_UNKNOWN', 'the coordinator does not have it');
  // Nothing begins at the offset: what was fetched before is all there is, and it was too little.
  if (status === 416)
    return refuse('ARTIFACT_CORRUPT', `the coordinator's copy is cut off, it ends after ${offset} bytes`);
  return refuse('UNAVAILABLE', `status ${status}`);
}

/**
 * Yields the artifact's bytes from `offset` on; what arrives is checked by whoever stores it.
 * @param base `https://host:port` of the coordinator
 * @throws VentError UNAVAILABLE when the connection fails or stalls, ARTIFACT_UNKNOWN when the coordinator has no such artifact
 */
export async function* fetchArtifact(
  base: string,
  agent: Agent,
  sha256: string,
  offset: number,
): AsyncGenerator<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<AsyncIterable<Uint8Array>>();
  const request = get(
    `${base}/artifacts/sha256-${sha256}`,
    { agent, headers: offset > 0 ? { range: `bytes=${offset}-` } : {} },
    (response) => {
      const error = judgeStatus(response.statusCode ?? 0, sha256, offset);
      if (error === undefined) return resolve(response);
      response.resume();
      reject(error);
    },
  );
  request.setTimeout(IDLE_MILLISECONDS, () => request.destroy(new Error(`no byte for ${IDLE_MILLISECONDS / 1000} s`)));
  request.on('error', reject);
  try {
    yield* await promise;
  } catch (cause) {
    if (cause instanceof VentError) throw cause;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new VentError('UNAVAILABLE', `cannot fetch artifact ${sha256.slice(0, 12)}: ${reason}`, {
      retry: 'backoff',
      cause,
    });
  } finally {
    request.destroy();
  }
}
