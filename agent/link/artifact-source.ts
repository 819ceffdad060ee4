/** Artifacts by hash from the coordinator's HTTPS port, from any offset, so that a cut download is resumed. */
import { type Agent, get } from 'node:https';
import { VentError } from '../../shared/errors.ts';

const IDLE_MILLISECONDS = 30_000;

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
      if (response.statusCode === 404) {
        response.resume();
        reject(
          new VentError(
            'ARTIFACT_UNKNOWN',
            `cannot fetch artifact ${sha256.slice(0, 12)}: the coordinator does not have it`,
            { retry: 'backoff' },
          ),
        );
      } else if (response.statusCode !== (offset > 0 ? 206 : 200)) {
        response.resume();
        reject(
          new VentError('UNAVAILABLE', `cannot fetch artifact ${sha256.slice(0, 12)}: status ${response.statusCode}`, {
            retry: 'backoff',
          }),
        );
      } else {
        resolve(response);
      }
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
