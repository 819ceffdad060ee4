/**
 * What `vent artifacts list|fetch|import|build|verify` do, and what the lab does before it starts: plain functions, told
 * their progress.
 */
import { VentError } from '../../shared/errors.ts';
import type { Builder, BuildOptions } from './builder.ts';
import { type CachedArtifact, describeKey } from './cache.ts';
import type { Catalogue, CatalogueEntry } from './catalogue.ts';
import type { Fetcher, FetchOptions } from './fetcher.ts';
import { IMAGE_NAMES, IMAGE_VARIANT, type ImageBuilder } from './image-builder.ts';
import { createSteps, type Progress, type ReportProgress } from './progress.ts';
import { type Architecture, type ArtifactVersions, recipesFor } from './recipes.ts';
import type { ArtifactStore } from './store.ts';
import { upstreamsFor } from './upstream.ts';

/** Programs that reach machines inside an image only. */
const INSIDE_IMAGES: readonly string[] = ['coredns'];

/** @returns the entries of the catalogue, sorted */
export async function listArtifacts(catalogue: Catalogue): Promise<readonly CatalogueEntry[]> {
  return (await catalogue.read()).entries;
}

/** Compiles every program and packs every image into the cache. @returns those that machines are given @throws as Builder and ImageBuilder do */
export async function buildArtifacts(
  deps: { readonly builder: Builder; readonly images: ImageBuilder },
  versions: ArtifactVersions,
  options: Omit<BuildOptions, 'names'>,
): Promise<readonly CachedArtifact[]> {
  const count = recipesFor(versions, options).flatMap((recipe) => recipe.programs).length;
  const part = createWhole(options.report, count + IMAGE_NAMES.length);
  const programs = await deps.builder.build(versions, { ...options, report: part(0) });
  const images = await deps.images.build(versions, { ...options, report: part(count) });
  return forMachines([...programs, ...images]);
}

/** Fetches every program from upstream and packs every image. @returns those that machines are given @throws as Fetcher and ImageBuilder do */
export async function fetchArtifacts(
  deps: { readonly fetcher: Fetcher; readonly images: ImageBuilder },
  versions: ArtifactVersions,
  options: Omit<FetchOptions, 'names'>,
): Promise<readonly CachedArtifact[]> {
  const upstreams = upstreamsFor(versions, options.architecture);
  const part = createWhole(options.report, upstreams.length + IMAGE_NAMES.length);
  const programs = await deps.fetcher.fetch(upstreams, { ...options, report: part(0) });
  const images = await deps.images.build(versions, { ...options, report: part(upstreams.length) });
  return forMachines([...programs, ...images]);
}

/**
 * For clusters that are to be upgraded: the same with other versions of Kubernetes too, one after the other.
 * @param further versions of Kubernetes beside that of `versions`
 * @returns each artifact once, those of `versions` first
 */
export async function forEachKubernetes(
  versions: ArtifactVersions,
  further: readonly string[],
  make: (versions: ArtifactVersions) => Promise<readonly CachedArtifact[]>,
): Promise<readonly CachedArtifact[]> {
  const made = new Map<string, CachedArtifact>();
  for (const kubernetes of new Set([versions.kubernetes, ...further]))
    for (const artifact of await make({ ...versions, kubernetes })) {
      const key = describeKey(artifact.record);
      if (!made.has(key)) made.set(key, artifact);
    }
  return [...made.values()];
}

export interface Depot {
  readonly store: ArtifactStore;
  readonly catalogue: Catalogue;
  readonly now: () => number;
}

/** Takes artifacts of the cache into the coordinator: bytes first, then the signed entry. @throws ARTIFACT_CORRUPT, CONFLICT, DISK_FULL */
export async function importArtifacts(
  depot: Depot,
  artifacts: readonly CachedArtifact[],
  options: { readonly report: ReportProgress; readonly replace?: boolean },
): Promise<void> {
  const nextStep = createSteps(artifacts.length, depot.now, options.report);
  for (const { record, path } of artifacts) {
    const { name, version, architecture } = record;
    const step = nextStep(`${name} ${version} ${architecture}`);
    const content = await depot.store.add(path, record);
    const entry = { name, version, architecture, ...content, upstream: describeOrigin(record.origin) };
    await depot.catalogue.lock(entry, options);
    step('done');
  }
}

/** Takes one file of the operator's own in. @param wanted what it is to be called @throws ARTIFACT_CORRUPT when it is empty, CONFLICT, DISK_FULL, NOT_FOUND */
export async function importFile(
  depot: Depot,
  path: string,
  wanted: { readonly name: string; readonly version: string; readonly architecture: Architecture },
  options: { readonly replace?: boolean } = {},
): Promise<CatalogueEntry> {
  const { sha256, size } = await depot.store.add(path);
  const entry = { ...wanted, sha256, size, upstream: 'imported from a file' };
  await depot.catalogue.lock(entry, options);
  return entry;
}

/** Hashes everything the catalogue names. @returns the damaged entries and what is wrong with each; an empty list is good */
export async function verifyArtifacts(
  depot: Depot,
  report: ReportProgress,
): Promise<readonly { readonly entry: CatalogueEntry; readonly error: VentError }[]> {
  const { entries } = await depot.catalogue.read();
  const nextStep = createSteps(entries.length, depot.now, report);
  const damaged: { entry: CatalogueEntry; error: VentError }[] = [];
  for (const entry of entries) {
    const subject = `${entry.name} ${entry.version} ${entry.architecture}`;
    const step = nextStep(subject);
    try {
      await depot.store.verify(entry, subject);
      step('done');
    } catch (thrown) {
      const error = VentError.from(thrown);
      if (error.code !== 'ARTIFACT_CORRUPT') throw error;
      damaged.push({ entry, error });
      step('notice', error.message);
    }
  }
  return damaged;
}

function forMachines(artifacts: readonly CachedArtifact[]): readonly CachedArtifact[] {
  return artifacts.filter(({ record }) => record.variant === IMAGE_VARIANT || !INSIDE_IMAGES.includes(record.name));
}

/** How an artifact came to be, in a few words. */
export function describeOrigin(origin: CachedArtifact['record']['origin']): string {
  switch (origin.method) {
    case 'built':
      return `${origin.package}@${origin.moduleVersion}${origin.change === undefined ? '' : `, ${origin.change}`}`;
    case 'fetched':
      return origin.url;
    case 'packed':
      return `${origin.reference} from ${origin.from}`;
    case 'package':
      return origin.package;
  }
}

/** Makes the steps and the time of parts that follow each other count within the whole. */
function createWhole(report: ReportProgress, steps: number): (before: number) => ReportProgress {
  let latest = 0;
  return (before) => {
    const begin = latest;
    return (progress: Progress) => {
      latest = begin + progress.elapsedMilliseconds;
      report({ ...progress, step: progress.step + before, steps, elapsedMilliseconds: latest });
    };
  };
}
