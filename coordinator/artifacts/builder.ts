/** Builds artifacts from their public Go modules into the cache: one build at a time, resumable program by program. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import { type ArtifactCache, type CachedArtifact, type CacheKey, describeKey, type Origin } from './cache.ts';
import { whileLocked } from './lock.ts';
import type { RunProgram } from './program.ts';
import { createSteps, type ReportProgress, type ReportStep } from './progress.ts';
import { type Architecture, type ArtifactVersions, type Recipe, type RecipeOptions, recipesFor } from './recipes.ts';
import { buildArguments, prepareWorkspace, readGoVersion, type Workspace } from './toolchain.ts';

const PACKAGE_MILLISECONDS = 10 * 60_000;
const RUNNING_MILLISECONDS = 1000;

export interface BuilderDeps {
  readonly cache: ArtifactCache;
  /** For the lock and for workspaces; on the cache's file system, since results are renamed into it. */
  readonly directory: string;
  readonly run: RunProgram;
  readonly clock: Clock;
  readonly hostArchitecture: string;
  /** Whether missing packages may be installed. */
  readonly isRoot: boolean;
}

export interface BuildOptions extends RecipeOptions {
  readonly architecture: Architecture;
  /** Programs to build; all when absent. */
  readonly names?: readonly string[];
  readonly report: ReportProgress;
  readonly signal?: AbortSignal;
}

export interface Builder {
  /**
   * @returns the programs in the recipes' order; what lies in the cache unharmed is not built again
   * @throws UNAVAILABLE naming a module that cannot be had, HOST_UNSUPPORTED, COMMAND_FAILED, DISK_FULL, CANCELLED, ARTIFACT_UNKNOWN
   */
  build(versions: ArtifactVersions, options: BuildOptions): Promise<readonly CachedArtifact[]>;
}

interface Job {
  readonly recipe: Recipe;
  readonly program: Recipe['programs'][number];
  readonly key: CacheKey;
  readonly step: ReportStep;
}

export function createBuilder(deps: BuilderDeps): Builder {
  return {
    async build(versions, options) {
      const recipes = selectRecipes(recipesFor(versions, options), options.names);
      const count = recipes.reduce((sum, recipe) => sum + recipe.programs.length, 0);
      const nextStep = createSteps(count, deps.clock.now, options.report);
      const built: CachedArtifact[] = [];
      for (const recipe of recipes) {
        const jobs = recipe.programs.map((program): Job => {
          const key = keyOf(recipe, program.name, options.architecture);
          return { recipe, program, key, step: nextStep(describeKey(key)) };
        });
        built.push(
          ...(await buildRecipe(deps, recipe, jobs, options).catch((error: unknown) => failed(error, options))),
        );
      }
      return built;
    },
  };
}

function failed(error: unknown, options: BuildOptions): never {
  if (options.signal?.aborted !== true) throw error;
  throw new VentError('CANCELLED', 'cannot finish the build: it was interrupted', {
    hint: 'Run the same command again: programs that are done are kept.',
    retry: 'now',
    cause: error,
  });
}

function keyOf(recipe: Recipe, name: string, architecture: Architecture): CacheKey {
  return { name, version: recipe.version, architecture, ...(recipe.change && { variant: recipe.change.name }) };
}

/** @throws ARTIFACT_UNKNOWN for a name no recipe has */
function selectRecipes(recipes: readonly Recipe[], names: readonly string[] | undefined): readonly Recipe[] {
  if (names === undefined) return recipes;
  const known = recipes.flatMap((recipe) => recipe.programs.map((program) => program.name));
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new VentError('ARTIFACT_UNKNOWN', `cannot build ${unknown}: there is no recipe for it`, {
      hint: `There are recipes for ${known.sort().join(', ')}.`,
    });
  return recipes
    .map((recipe) => ({ ...recipe, programs: recipe.programs.filter((program) => names.includes(program.name)) }))
    .filter((recipe) => recipe.programs.length > 0);
}

async function buildRecipe(
  deps: BuilderDeps,
  recipe: Recipe,
  jobs: readonly Job[],
  options: BuildOptions,
): Promise<readonly CachedArtifact[]> {
  const present = await Promise.all(jobs.map((job) => findUnharmed(deps.cache, job)));
  if (present.every((artifact) => artifact !== undefined)) {
    for (const job of jobs) job.step('cached');
    return present;
  }
  const lock = {
    clock: deps.clock,
    signal: options.signal,
    onWaiting: (pid: number) => jobs[0]?.step('waiting', `another build is running, process ${pid}`),
  };
  return whileLocked(join(deps.directory, 'build.lock'), lock, () => buildMissing(deps, recipe, jobs, options));
}

/** Looks again at each program, because another build may have made it while this one waited for the lock. */
async function buildMissing(
  deps: BuilderDeps,
  recipe: Recipe,
  jobs: readonly Job[],
  options: BuildOptions,
): Promise<readonly CachedArtifact[]> {
  const built: CachedArtifact[] = [];
  const room = join(deps.directory, 'work');
  // Whoever holds the lock owns every workspace: what a killed build left behind goes first.
  await rm(room, { recursive: true, force: true });
  await mkdir(room, { recursive: true });
  let workspace: Workspace | undefined;
  try {
    for (const job of jobs) {
      const present = await findUnharmed(deps.cache, job);
      if (present !== undefined) {
        job.step('cached');
        built.push(present);
        continue;
      }
      job.step('started', recipe.change?.reason);
      workspace ??= await openWorkspace(deps, recipe, options, await mkdtemp(join(room, `${recipe.name}-`)), job.step);
      built.push(await buildProgram(deps, workspace, job, join(room, job.program.name)));
      job.step('done');
    }
  } finally {
    await rm(room, { recursive: true, force: true });
  }
  return built;
}

async function findUnharmed(cache: ArtifactCache, job: Job): Promise<CachedArtifact | undefined> {
  try {
    return await cache.find(job.key);
  } catch (error) {
    const failure = VentError.from(error);
    if (failure.code !== 'ARTIFACT_CORRUPT') throw failure;
    job.step('notice', `built again: ${failure.message}`);
    return undefined;
  }
}

async function openWorkspace(
  deps: BuilderDeps,
  recipe: Recipe,
  options: BuildOptions,
  directory: string,
  step: ReportStep,
): Promise<Workspace> {
  if (recipe.cgo && options.architecture !== deps.hostArchitecture)
    throw new VentError(
      'HOST_UNSUPPORTED',
      `cannot build ${recipe.name} for ${options.architecture}: it has parts in C`,
      {
        hint: 'Build it on a machine of that architecture, or fetch it with vent artifacts fetch.',
      },
    );
  if (recipe.library !== undefined) await provideLibrary(deps, recipe.library, step);
  return prepareWorkspace(deps.run, {
    recipe,
    architecture: options.architecture,
    workspace: directory,
    signal: options.signal,
  });
}

async function buildProgram(deps: BuilderDeps, workspace: Workspace, job: Job, out: string): Promise<CachedArtifact> {
  let told = deps.clock.now();
  await workspace.compile(job.program.package, out, (line) => {
    if (deps.clock.now() - told < RUNNING_MILLISECONDS) return;
    told = deps.clock.now();
    job.step('running', line);
  });
  const [module] = job.recipe.modules;
  const origin: Origin = {
    method: 'built',
    module: module.path,
    moduleVersion: module.version,
    package: job.program.package,
    go: await readGoVersion(deps.run),
    arguments: [...buildArguments(job.recipe)],
    cgo: job.recipe.cgo,
    ...(job.recipe.change && { change: job.recipe.change.reason }),
  };
  return deps.cache.adopt(job.key, out, origin);
}

async function hasLibrary(run: RunProgram, name: string): Promise<boolean> {
  try {
    return (await run(['pkg-config', '--exists', name], { milliseconds: PACKAGE_MILLISECONDS })).code === 0;
  } catch (error) {
    if (VentError.from(error).code === 'HOST_UNSUPPORTED') return false;
    throw error;
  }
}

/** A C library for static linking, installed by name where that is allowed and said aloud. @throws HOST_UNSUPPORTED */
async function provideLibrary(
  deps: BuilderDeps,
  library: NonNullable<Recipe['library']>,
  step: ReportStep,
): Promise<void> {
  if (await hasLibrary(deps.run, library.name)) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...library.packages] as const;
  if (deps.isRoot) {
    step('notice', `installing packages: ${library.packages.join(', ')}`);
    await deps.run([...install], {
      environment: { DEBIAN_FRONTEND: 'noninteractive' },
      milliseconds: PACKAGE_MILLISECONDS,
    });
    if (await hasLibrary(deps.run, library.name)) return;
  }
  throw new VentError('HOST_UNSUPPORTED', `cannot build against ${library.name}: it is not installed`, {
    hint: `Run as root: ${install.join(' ')}`,
  });
}
