/** Makes the images a cluster starts with from programs that lie in the cache. */
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { VentError } from '../../shared/errors.ts';
import { type ArtifactCache, type CachedArtifact, type CacheKey, describeKey } from './cache.ts';
import { besidePath, guardSpace, writeDurably } from './durable-file.ts';
import { busyboxImage, corednsImage, type Image, packImage, pauseImage } from './images.ts';
import type { RunProgram } from './program.ts';
import { createSteps, type ReportProgress, type ReportStep } from './progress.ts';
import type { Architecture, ArtifactVersions } from './recipes.ts';

const MILLISECONDS = 5 * 60_000;
/** Version of the test image; raised when what is in it changes. */
export const BUSYBOX_VERSION = '1';
export const IMAGE_NAMES = ['pause', 'busybox', 'coredns'] as const;
type ImageName = (typeof IMAGE_NAMES)[number];

/** What marks the cache's key of an image, since CoreDNS is there as a program too. */
export const IMAGE_VARIANT = 'image';

export interface ImageBuilderDeps {
  readonly cache: ArtifactCache;
  readonly directory: string;
  readonly run: RunProgram;
  readonly now: () => number;
  readonly hostArchitecture: string;
}

export interface ImageOptions {
  readonly architecture: Architecture;
  readonly names?: readonly ImageName[];
  readonly report: ReportProgress;
}

export interface ImageBuilder {
  /** @throws ARTIFACT_UNKNOWN when CoreDNS was neither built nor fetched before, HOST_UNSUPPORTED when no static busybox can be had */
  build(versions: ArtifactVersions, options: ImageOptions): Promise<readonly CachedArtifact[]>;
}

export function createImageBuilder(deps: ImageBuilderDeps): ImageBuilder {
  return {
    async build(versions, options) {
      const names = options.names ?? IMAGE_NAMES;
      const nextStep = createSteps(names.length, deps.now, options.report);
      const built: CachedArtifact[] = [];
      for (const name of names) {
        const version = name === 'busybox' ? BUSYBOX_VERSION : versions[name];
        const key: CacheKey = { name, version, architecture: options.architecture, variant: IMAGE_VARIANT };
        built.push(await buildImage(deps, key, name, nextStep(describeKey(key))));
      }
      return built;
    },
  };
}

async function buildImage(
  deps: ImageBuilderDeps,
  key: CacheKey,
  name: ImageName,
  step: ReportStep,
): Promise<CachedArtifact> {
  const program = name === 'coredns' ? await findCoredns(deps.cache, key) : await provideBusybox(deps, key, step);
  const source = `${describeKey(program.record)} sha256:${program.record.sha256}`;
  const present = await findImage(deps.cache, key, source);
  if (present !== undefined) {
    step('cached');
    return present;
  }
  step('started');
  const image = await designImage(deps, key, name, program.path);
  const part = besidePath(join(deps.directory, `${name}.image`));
  try {
    await writeDurably(part, await packImage(image));
    const origin = { method: 'packed', reference: image.reference, from: source } as const;
    const artifact = await deps.cache.adopt(key, part, origin);
    step('done');
    return artifact;
  } finally {
    await rm(part, { force: true });
  }
}

/** An image made from another build of its program is made again. */
async function findImage(cache: ArtifactCache, key: CacheKey, source: string): Promise<CachedArtifact | undefined> {
  const present = await cache.find(key).catch((error: unknown) => {
    if (VentError.from(error).code === 'ARTIFACT_CORRUPT') return undefined;
    throw error;
  });
  const origin = present?.record.origin;
  return origin?.method === 'packed' && origin.from === source ? present : undefined;
}

async function designImage(deps: ImageBuilderDeps, key: CacheKey, name: ImageName, path: string): Promise<Image> {
  const binary = await readFile(path);
  if (name === 'coredns') return corednsImage(key.version, key.architecture, binary);
  if (name === 'pause') return pauseImage(key.version, key.architecture, binary);
  const listing = await deps.run([path, '--list'], { milliseconds: MILLISECONDS });
  return busyboxImage(key.version, key.architecture, binary, listing.output.trim().split('\n'));
}

async function findCoredns(cache: ArtifactCache, image: CacheKey): Promise<CachedArtifact> {
  const key = { name: image.name, version: image.version, architecture: image.architecture };
  const program = await cache.find(key);
  if (program === undefined)
    throw new VentError('ARTIFACT_UNKNOWN', `cannot pack the image of ${describeKey(key)}: its program is not there`, {
      hint: 'Build or fetch coredns first.',
    });
  return program;
}

/** The distribution's static busybox: from this host when it is installed, otherwise out of its package, without root. */
async function provideBusybox(deps: ImageBuilderDeps, image: CacheKey, step: ReportStep): Promise<CachedArtifact> {
  const key: CacheKey = { name: 'busybox', version: 'static', architecture: image.architecture };
  const present = await deps.cache.find(key);
  if (present !== undefined) return present;
  if (key.architecture !== deps.hostArchitecture)
    throw new VentError(
      'HOST_UNSUPPORTED',
      `cannot pack images for ${key.architecture}: busybox is taken from this host`,
      {
        hint: 'Make the images on a machine of that architecture.',
      },
    );
  step('notice', 'taking busybox from the package busybox-static');
  await guardSpace(deps.directory, () => mkdir(deps.directory, { recursive: true }));
  const room = await mkdtemp(join(deps.directory, 'busybox-'));
  try {
    const { path, version } = await extractBusybox(deps.run, room);
    const part = join(room, 'busybox.part');
    await copyFile(path, part);
    return await deps.cache.adopt(key, part, { method: 'package', package: `busybox-static ${version}` });
  } finally {
    await rm(room, { recursive: true, force: true });
  }
}

async function extractBusybox(
  run: RunProgram,
  room: string,
): Promise<{ readonly path: string; readonly version: string }> {
  const owner = await run(['dpkg-query', '-S', '/bin/busybox'], { milliseconds: MILLISECONDS });
  if (owner.output.startsWith('busybox-static:')) {
    const installed = await run(['dpkg-query', '-W', 'busybox-static'], { milliseconds: MILLISECONDS });
    return { path: '/bin/busybox', version: installed.output.trim().split('\t')[1] ?? '' };
  }
  const options = { directory: room, milliseconds: MILLISECONDS };
  const download = await run(['apt-get', 'download', '-o', 'APT::Sandbox::User=root', 'busybox-static'], options);
  const archive = (await readdir(room)).find((name) => name.endsWith('.deb'));
  if (archive === undefined)
    throw new VentError('HOST_UNSUPPORTED', `cannot get busybox-static: ${download.complaint}`, {
      hint: 'Install the package busybox-static on this machine.',
    });
  const unpacked = await run(['dpkg-deb', '-x', archive, 'tree'], options);
  if (unpacked.code !== 0) throw new VentError('COMMAND_FAILED', `cannot unpack busybox-static: ${unpacked.complaint}`);
  const field = await run(['dpkg-deb', '-f', archive, 'Version'], options);
  return { path: join(room, 'tree/bin/busybox'), version: field.output.trim() };
}
