/** What `vent artifacts` does, put together for the computer it runs on. */
import { resolve } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { ArtifactOrder, ArtifactPlace, ArtifactRow, ArtifactWork } from '../cli/artifacts-command.ts';
import { createBuilder } from './builder.ts';
import { type CachedArtifact, createArtifactCache, describeKey } from './cache.ts';
import { buildArtifacts, describeOrigin, fetchArtifacts, forEachKubernetes } from './commands.ts';
import { checkContent } from './durable-file.ts';
import { createFetcher } from './fetcher.ts';
import { createImageBuilder } from './image-builder.ts';
import { readManifest, writeManifest } from './manifest.ts';
import type { RunProgram } from './program.ts';
import { createSteps, type ReportProgress } from './progress.ts';
import { versionsOf } from './recipes.ts';

export interface ArtifactWorkDeps {
  /** Of this user; taken where no other is named. */
  readonly cacheDirectory: string;
  readonly hostArchitecture: string;
  readonly isRoot: boolean;
  readonly run: RunProgram;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly random: () => number;
}

export function createArtifactWork(deps: ArtifactWorkDeps): ArtifactWork {
  const directoryOf = (place: ArtifactPlace): string => resolve(place.cache ?? deps.cacheDirectory);
  const find = (place: ArtifactPlace): Promise<readonly CachedArtifact[]> =>
    place.manifest === undefined ? createArtifactCache(directoryOf(place)).list() : readManifest(place.manifest);
  return {
    async make(order, report) {
      const made = await make(deps, directoryOf(order), order, report);
      if (order.manifest !== undefined) await writeManifest(order.manifest, made);
      return made.map(describeRow);
    },
    list: async (place) => (await find(place)).map(describeRow),
    verify: async (place, report) => verify(await find(place), deps.clock.now, report),
  };
}

function make(
  deps: ArtifactWorkDeps,
  directory: string,
  order: ArtifactOrder,
  report: ReportProgress,
): Promise<readonly CachedArtifact[]> {
  const parts = { ...deps, directory, cache: createArtifactCache(directory), now: deps.clock.now };
  const images = createImageBuilder(parts);
  const architecture =
    (order.architecture ?? deps.hostArchitecture) === 'arm64' ? ('arm64' as const) : ('x64' as const);
  const options = { architecture, report, signal: order.signal };
  return forEachKubernetes(versionsOf(order.spec), order.kubernetes, (versions) =>
    order.method === 'fetch'
      ? fetchArtifacts({ fetcher: createFetcher(parts), images }, versions, options)
      : buildArtifacts({ builder: createBuilder(parts), images }, versions, {
          ...options,
          oomScoreRestricted: order.oomScoreRestricted,
        }),
  );
}

async function verify(
  artifacts: readonly CachedArtifact[],
  now: () => number,
  report: ReportProgress,
): Promise<readonly string[]> {
  const nextStep = createSteps(artifacts.length, now, report);
  const damaged: string[] = [];
  for (const { record, path } of artifacts) {
    const step = nextStep(describeKey(record));
    try {
      await checkContent(path, record, describeKey(record));
      step('done');
    } catch (thrown) {
      const error = VentError.from(thrown);
      if (error.code !== 'ARTIFACT_CORRUPT') throw error;
      damaged.push(error.message);
      step('notice', 'damaged');
    }
  }
  return damaged;
}

function describeRow({ record, path }: CachedArtifact): ArtifactRow {
  const { origin, variant = '', ...rest } = record;
  return { ...rest, variant, origin: describeOrigin(origin), path };
}
