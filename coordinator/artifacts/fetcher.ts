/** Fetches programs from where their projects publish them into the cache, each held against upstream's own checksum. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { VentError } from '../../shared/errors.ts';
import type { ArtifactCache, CachedArtifact, Origin } from './cache.ts';
import { readChecksum } from './checksum.ts';
import { type DownloadDeps, discardDownload, downloadFile, downloadText } from './download.ts';
import { guardSpace, hashFile } from './durable-file.ts';
import { createSteps, type ReportProgress, type ReportStep } from './progress.ts';
import type { Architecture } from './recipes.ts';
import { extractMembers } from './tarball.ts';
import type { Upstream } from './upstream.ts';

const RUNNING_MILLISECONDS = 1000;

export interface FetcherDeps extends DownloadDeps {
  readonly cache: ArtifactCache;
  /** For downloads that are under way; on the cache's file system. */
  readonly directory: string;
}

export interface FetchOptions {
  readonly architecture: Architecture;
  /** Programs to fetch; all when absent. */
  readonly names?: readonly string[];
  readonly report: ReportProgress;
  readonly signal?: AbortSignal;
}

export interface Fetcher {
  /**
   * @returns the programs in the order of `upstreams`; what lies in the cache unharmed is not fetched again
   * @throws UNAVAILABLE, NOT_FOUND, ARTIFACT_CORRUPT when the bytes are not what upstream's checksum says, DISK_FULL, CANCELLED
   */
  fetch(upstreams: readonly Upstream[], options: FetchOptions): Promise<readonly CachedArtifact[]>;
}

export function createFetcher(deps: FetcherDeps): Fetcher {
  return {
    async fetch(upstreams, options) {
      const wanted = upstreams.filter((upstream) => isWanted(upstream, options.names));
      const nextStep = createSteps(wanted.length, deps.clock.now, options.report);
      const fetched: CachedArtifact[] = [];
      for (const upstream of wanted) {
        const step = nextStep(`${basename(upstream.url)} ${upstream.version}`);
        fetched.push(...(await fetchOne(deps, upstream, options, step)));
      }
      return fetched;
    },
  };
}

function isWanted(upstream: Upstream, names: readonly string[] | undefined): boolean {
  return names === undefined || upstream.programs.some((program) => names.includes(program.name));
}

async function fetchOne(
  deps: FetcherDeps,
  upstream: Upstream,
  options: FetchOptions,
  step: ReportStep,
): Promise<readonly CachedArtifact[]> {
  const keys = upstream.programs.map(({ name }) => ({
    name,
    version: upstream.version,
    architecture: options.architecture,
  }));
  const present = await Promise.all(keys.map((key) => findUnharmed(deps.cache, key, step)));
  if (present.every((artifact) => artifact !== undefined)) {
    step('cached');
    return present;
  }
  step('started');
  const directory = join(deps.directory, 'downloads');
  await guardSpace(directory, () => mkdir(directory, { recursive: true }));
  const part = join(directory, `${upstream.version}-${options.architecture}-${basename(upstream.url)}`);
  await downloadFile(deps, upstream.url, part, {
    signal: options.signal,
    onBytes: reportBytes(deps.clock.now, step),
  });
  const origin = await checkDownload(deps, upstream, part, options.signal, step);
  const adopted = await adoptPrograms(deps, upstream, options, part, origin);
  step('done');
  return adopted;
}

async function findUnharmed(
  cache: ArtifactCache,
  key: Parameters<ArtifactCache['find']>[0],
  step: ReportStep,
): Promise<CachedArtifact | undefined> {
  try {
    return await cache.find(key);
  } catch (error) {
    const failure = VentError.from(error);
    if (failure.code !== 'ARTIFACT_CORRUPT') throw failure;
    step('notice', `fetched again: ${failure.message}`);
    return undefined;
  }
}

/** A download that is not what upstream says is thrown away, so that the next attempt begins anew. */
async function checkDownload(
  deps: FetcherDeps,
  upstream: Upstream,
  part: string,
  signal: AbortSignal | undefined,
  step: ReportStep,
): Promise<Origin> {
  const { url, checksum } = upstream;
  if (checksum === undefined) {
    step('notice', 'upstream publishes no checksum: the connection alone vouches for these bytes');
    return { method: 'fetched', url };
  }
  const text = await downloadText(deps, checksum.url, { signal });
  const stated = readChecksum(text, basename(url), checksum.algorithm);
  const { digest } = await hashFile(part, checksum.algorithm);
  if (digest !== stated) {
    await discardDownload(part);
    throw new VentError(
      'ARTIFACT_CORRUPT',
      `cannot use ${url}: its ${checksum.algorithm} is ${digest} where ${checksum.url} states ${stated}`,
      { hint: 'Run the same command again; if it stays so, somebody on the way changes the file.' },
    );
  }
  return { method: 'fetched', url, checkedBy: checksum.url };
}

async function adoptPrograms(
  deps: FetcherDeps,
  upstream: Upstream,
  options: FetchOptions,
  part: string,
  origin: Origin,
): Promise<readonly CachedArtifact[]> {
  const room = await mkdtemp(join(deps.directory, 'unpacked-'));
  try {
    const members = new Map<string, string>();
    for (const { name, member } of upstream.programs) if (member !== undefined) members.set(member, join(room, name));
    if (members.size > 0) await extractMembers(part, members);
    const adopted: CachedArtifact[] = [];
    for (const { name, member } of upstream.programs) {
      const key = { name, version: upstream.version, architecture: options.architecture };
      adopted.push(await deps.cache.adopt(key, member === undefined ? part : join(room, name), origin));
    }
    await discardDownload(part);
    return adopted;
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

function reportBytes(now: () => number, step: ReportStep): (received: number, total: number | undefined) => void {
  let told = now();
  return (received, total) => {
    if (now() - told < RUNNING_MILLISECONDS) return;
    told = now();
    step('running', total === undefined ? `${received} bytes` : `${received} of ${total} bytes`);
  };
}
