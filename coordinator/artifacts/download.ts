/** Downloads a file over HTTP, going on where an earlier attempt was cut off, bounded in size and in silence. */
import { open, readFile, rm, stat } from 'node:fs/promises';
import { type BackoffLimits, createBackoff } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import { guardSpace, writeDurably } from './durable-file.ts';
import { readContentRange } from './range.ts';

const ATTEMPTS = 5;
const PAUSES: BackoffLimits = { base: 1000, factor: 2, cap: 15_000 };
const SILENCE_MILLISECONDS = 30_000;
const LARGEST_BYTES = 2 ** 30;

export interface DownloadDeps {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

export interface DownloadOptions {
  readonly signal?: AbortSignal | undefined;
  /** Bytes so far, and all of them where the server says. */
  readonly onBytes?: (received: number, total: number | undefined) => void;
  readonly largestBytes?: number;
}

/** Reads a small text whole. @throws UNAVAILABLE, NOT_FOUND */
export async function downloadText(deps: DownloadDeps, url: string, options: DownloadOptions = {}): Promise<string> {
  return withRetries(deps, options, async () => {
    const response = await request(deps, url, {}, options.signal);
    return reading(url, options.signal, () => response.text());
  });
}

/**
 * Downloads `url` to the file `part`; what an earlier call left there is gone on with if the server still has the same file.
 * @throws UNAVAILABLE when it stays unreachable, NOT_FOUND, ARTIFACT_CORRUPT when it is larger than allowed, DISK_FULL, CANCELLED
 */
export async function downloadFile(
  deps: DownloadDeps,
  url: string,
  part: string,
  options: DownloadOptions = {},
): Promise<void> {
  await withRetries(deps, options, async () => {
    try {
      await attempt(deps, url, part, options);
    } catch (error) {
      if (VentError.from(error).code === 'ARTIFACT_CORRUPT') await discardDownload(part);
      throw error;
    }
  });
}

/** Forgets a download, so that the next one begins anew. */
export async function discardDownload(part: string): Promise<void> {
  await rm(part, { force: true });
  await rm(tagPath(part), { force: true });
}

async function withRetries<T>(deps: DownloadDeps, options: DownloadOptions, work: () => Promise<T>): Promise<T> {
  const backoff = createBackoff(PAUSES, deps.random);
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await work();
    } catch (error) {
      const failure = VentError.from(error);
      if (failure.code !== 'UNAVAILABLE' || left === 0) throw failure;
      await deps.clock.wait(backoff.next(), options.signal);
    }
  }
}

/** Two names that only this module knows: the bytes, and beside them the entity tag they belong to. */
const tagPath = (part: string): string => `${part}.etag`;

async function attempt(deps: DownloadDeps, url: string, part: string, options: DownloadOptions): Promise<void> {
  const { offset, tag } = await findBeginning(part);
  const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-`, 'if-range': tag } : {};
  const response = await request(deps, url, headers, options.signal);
  if (response.status === 416) {
    await discardDownload(part);
    throw unreachable(url, 'it has fewer bytes than are here already');
  }
  const range = response.status === 206 ? readContentRange(response.headers.get('content-range')) : undefined;
  if (response.status === 206 && range?.start !== offset) {
    await response.body?.cancel();
    await discardDownload(part);
    throw unreachable(url, 'it answered with another range than was asked for');
  }
  const start = range?.start ?? 0;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const total = range?.size ?? (Number.isNaN(length) ? undefined : length);
  await rememberTag(part, response.headers.get('etag'));
  await receive(url, part, start, total, response, options);
}

/** Only a strong entity tag tells that the rest belongs to the same file (RFC 9110 §8.8.3). */
async function findBeginning(part: string): Promise<{ readonly offset: number; readonly tag: string }> {
  try {
    const tag = await readFile(tagPath(part), 'utf8');
    return tag.startsWith('"') ? { offset: (await stat(part)).size, tag } : { offset: 0, tag: '' };
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return { offset: 0, tag: '' };
    throw error;
  }
}

async function rememberTag(part: string, tag: string | null): Promise<void> {
  if (tag === null) await rm(tagPath(part), { force: true });
  else await writeDurably(tagPath(part), tag);
}

async function request(
  deps: DownloadDeps,
  url: string,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const response = await reading(url, signal, () =>
    // Packed by the way, the bytes would not be those that a range counts.
    deps.fetch(url, {
      headers: { ...headers, 'accept-encoding': 'identity' },
      ...(signal === undefined ? {} : { signal }),
    }),
  );
  const isDowngraded = url.startsWith('https:') && !response.url.startsWith('https:');
  const isAnswer = response.ok || (response.status === 416 && headers.range !== undefined);
  if (isAnswer && !isDowngraded) return response;
  await response.body?.cancel();
  if (isDowngraded) throw new VentError('PROVIDER_REFUSED', `cannot fetch ${url}: it leads to an unprotected address`);
  if (response.status >= 500 || response.status === 429) throw unreachable(url, `status ${response.status}`);
  throw new VentError('NOT_FOUND', `cannot fetch ${url}: status ${response.status}`, {
    hint: 'Check the version; upstream may not have published it for this architecture.',
  });
}

async function receive(
  url: string,
  part: string,
  start: number,
  total: number | undefined,
  response: Response,
  options: DownloadOptions,
): Promise<void> {
  const largest = options.largestBytes ?? LARGEST_BYTES;
  const handle = await guardSpace(part, () => open(part, start > 0 ? 'r+' : 'w'));
  let received = start;
  try {
    for await (const chunk of unlessSilent(url, response, options.signal)) {
      if (received + chunk.length > largest)
        throw new VentError('ARTIFACT_CORRUPT', `cannot fetch ${url}: it is larger than ${largest} bytes`);
      await guardSpace(part, () => handle.write(chunk, 0, chunk.length, received));
      received += chunk.length;
      options.onBytes?.(received, total);
    }
  } finally {
    await handle.close();
  }
  if (total !== undefined && received !== total) throw unreachable(url, `it ended after ${received} of ${total} bytes`);
}

/** The chunks of a body. @throws UNAVAILABLE when none comes for a while or the connection breaks */
async function* unlessSilent(
  url: string,
  response: Response,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  try {
    while (true) {
      const silence = Promise.withResolvers<never>();
      const timer = setTimeout(
        () => silence.reject(new Error(`no byte for ${SILENCE_MILLISECONDS / 1000} s`)),
        SILENCE_MILLISECONDS,
      );
      const { done, value } = await reading(url, signal, () => Promise.race([reader.read(), silence.promise])).finally(
        () => clearTimeout(timer),
      );
      if (done) return;
      yield value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** Runs one thing that waits for the network and gives its failure Vent's shape. */
async function reading<T>(url: string, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (signal?.aborted === true)
      throw new VentError('CANCELLED', `cannot fetch ${url}: it was interrupted`, { retry: 'now', cause });
    const deeper = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : '';
    throw unreachable(url, [cause instanceof Error ? cause.message : String(cause), deeper].filter(Boolean).join(': '));
  }
}

function unreachable(url: string, reason: string): VentError {
  return new VentError('UNAVAILABLE', `cannot fetch ${url}: ${reason}`, {
    hint: 'Check the network and run the same command again: it goes on where it stopped.',
    retry: 'backoff',
  });
}
