/**
 * Performs recipes with the host's Go: a go.mod made for the purpose, resolved completely before the first compilation, so
 * that a module that cannot be had is found in seconds and named.
 */
import { copyFile, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import { guardSpace } from './durable-file.ts';
import type { ProgramResult, RunProgram } from './program.ts';
import type { Architecture, Recipe, SourceChange } from './recipes.ts';

/** Two cores compile all of Kubernetes in ten minutes; a module mirror may be slow on top. */
const BUILD_MILLISECONDS = 3 * 60 * 60_000;
const RESOLVE_MILLISECONDS = 30 * 60_000;
const QUICK_MILLISECONDS = 30_000;

const GOARCH: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };

const downloadSchema = z.object({
  GoMod: z.string().default(''),
  Dir: z.string().default(''),
  Error: z.string().optional(),
});
const modFileSchema = z.object({
  Replace: z
    .array(z.object({ Old: z.object({ Path: z.string() }), New: z.object({ Path: z.string() }) }))
    .nullish()
    .transform((value) => value ?? []),
});

export interface CompileOptions {
  readonly recipe: Recipe;
  readonly architecture: Architecture;
  /** An empty directory of its own. */
  readonly workspace: string;
  readonly signal?: AbortSignal | undefined;
}

export interface Workspace {
  /** Compiles one program of the recipe to the path `out`. @param onLine packages as they are compiled @throws COMMAND_FAILED */
  compile(packagePath: string, out: string, onLine: (line: string) => void): Promise<void>;
}

/** @returns `go1.26.8` @throws HOST_UNSUPPORTED when there is no Go */
export async function readGoVersion(run: RunProgram): Promise<string> {
  const result = await run(['go', 'env', 'GOVERSION'], { milliseconds: QUICK_MILLISECONDS });
  return result.output.trim();
}

/** The arguments of `go build` that decide the bytes. */
export function buildArguments(recipe: Recipe): readonly string[] {
  return [
    '-mod=mod',
    '-trimpath',
    ...(recipe.tags.length === 0 ? [] : ['-tags', recipe.tags.join(',')]),
    '-ldflags',
    recipe.linkerFlags,
  ];
}

/** The go.mod of a recipe. @param replaces the recipe's own and those found in its first module */
export function writeModFile(recipe: Recipe, replaces: readonly string[]): string {
  const block = (word: string, lines: readonly string[]): string =>
    lines.length === 0 ? '' : `\n${word} (\n${lines.map((line) => `\t${line}\n`).join('')})\n`;
  return [
    `module vent.local/build/${recipe.name}\n\ngo 1.26.0\n`,
    block(
      'require',
      recipe.modules.map((module) => `${module.path} ${module.version}`),
    ),
    block('replace', replaces),
    block(
      'tool',
      recipe.programs.map((program) => program.package),
    ),
  ].join('');
}

/**
 * Downloads what the recipe needs and makes its workspace.
 * @throws UNAVAILABLE naming the first module that cannot be had, HOST_UNSUPPORTED without Go
 */
export async function prepareWorkspace(run: RunProgram, options: CompileOptions): Promise<Workspace> {
  const { recipe, workspace } = options;
  const environment = {
    CGO_ENABLED: recipe.cgo ? '1' : '0',
    GOOS: 'linux',
    GOARCH: GOARCH[options.architecture],
    GOWORK: 'off',
    // Where a killed build leaves its scratch files is removed with the workspace.
    GOTMPDIR: workspace,
  };
  const common = {
    directory: workspace,
    environment,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
  const go = (milliseconds: number, argv: readonly string[], onLine?: (line: string) => void): Promise<ProgramResult> =>
    run(['go', ...argv], { ...common, milliseconds, ...(onLine === undefined ? {} : { onLine }) });
  const source = await downloadModule(go, recipe);
  const replaces = [
    ...recipe.replaces.map((module) => `${module.path} => ${module.path} ${module.version}`),
    ...(await stagingReplaces(go, recipe, source.modFile)),
    ...(recipe.change === undefined ? [] : [`${recipe.modules[0].path} => ./changed`]),
  ];
  await guardSpace(workspace, async () => {
    if (recipe.change !== undefined) await copyChanged(source.directory, join(workspace, 'changed'), recipe.change);
    await writeFile(join(workspace, 'go.mod'), writeModFile(recipe, replaces));
  });
  await resolveModules(go, recipe);
  return {
    async compile(packagePath, out, onLine) {
      const argv = ['build', '-v', ...buildArguments(recipe), '-o', out, packagePath];
      const result = await go(BUILD_MILLISECONDS, argv, onLine);
      if (result.code !== 0)
        throw new VentError('COMMAND_FAILED', `cannot build ${recipe.name} ${recipe.version}: ${result.complaint}`, {
          hint: 'Where upstream binaries can be reached, vent artifacts fetch needs no compiler.',
        });
    },
  };
}

type Go = (milliseconds: number, argv: readonly string[], onLine?: (line: string) => void) => Promise<ProgramResult>;

async function downloadModule(
  go: Go,
  recipe: Recipe,
): Promise<{ readonly modFile: string; readonly directory: string }> {
  const [{ path, version }] = recipe.modules;
  const result = await go(RESOLVE_MILLISECONDS, ['mod', 'download', '-json', `${path}@${version}`]);
  if (result.output === '') throw moduleRefused(recipe, `${path}@${version}: ${result.complaint}`);
  const answer = downloadSchema.parse(JSON.parse(result.output));
  if (answer.Error !== undefined) throw moduleRefused(recipe, answer.Error);
  return { modFile: answer.GoMod, directory: answer.Dir };
}

/** The repository of Kubernetes replaces its published parts by directories of its own; outside of it they go by version. */
async function stagingReplaces(go: Go, recipe: Recipe, modFile: string): Promise<readonly string[]> {
  if (recipe.stagingVersion === undefined) return [];
  const result = await go(QUICK_MILLISECONDS, ['mod', 'edit', '-json', modFile]);
  return modFileSchema
    .parse(JSON.parse(result.output))
    .Replace.filter((replace) => replace.New.Path.startsWith('./'))
    .map((replace) => `${replace.Old.Path} => ${replace.Old.Path} ${recipe.stagingVersion}`);
}

/** `go list -e` reports each package that cannot be had as data instead of failing, so nothing is read out of prose. */
async function resolveModules(go: Go, recipe: Recipe): Promise<void> {
  const format = '{{with .Error}}{{.Err}}{{end}}';
  const packages = recipe.programs.map((program) => program.package);
  const tags = recipe.tags.length === 0 ? [] : ['-tags', recipe.tags.join(',')];
  const result = await go(RESOLVE_MILLISECONDS, [
    'list',
    '-mod=mod',
    ...tags,
    '-e',
    '-deps',
    '-f',
    format,
    ...packages,
  ]);
  const trouble = result.output.trim().split('\n')[0] ?? '';
  if (trouble !== '') throw moduleRefused(recipe, trouble);
  if (result.code !== 0) throw moduleRefused(recipe, result.complaint);
}

function moduleRefused(recipe: Recipe, trouble: string): VentError {
  return new VentError(
    'UNAVAILABLE',
    `cannot build ${recipe.name} ${recipe.version}: a Go module cannot be had: ${trouble}`,
    {
      hint: 'Let the module proxy (go env GOPROXY) serve that module, or fetch upstream binaries with vent artifacts fetch.',
      retry: 'backoff',
    },
  );
}

/** Copies a module and changes one of its files. @throws COMMAND_FAILED when the source is not as the recipe expects */
async function copyChanged(from: string, to: string, change: SourceChange): Promise<void> {
  const text = await readFile(join(from, change.file), 'utf8');
  const parts = text.split(change.from);
  if (parts.length !== 2)
    throw new VentError(
      'COMMAND_FAILED',
      `cannot change ${change.file}: "${change.from}" occurs ${parts.length - 1} times in it`,
      { hint: 'This release of the module needs a recipe of its own.' },
    );
  await copyTree(from, to);
  const target = join(to, change.file);
  await rm(target);
  await writeFile(target, parts.join(change.to));
}

/** Directories of the module cache are read-only and would be so in a plain copy, which could then not be removed. */
async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true });
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const copy = entry.isDirectory() ? copyTree : copyFile;
    await copy(join(from, entry.name), join(to, entry.name));
  }
}
