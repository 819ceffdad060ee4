/** One JavaScript file out of a program's sources and everything it imports. */
import { chmod, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type BuildOptions, build, version } from 'esbuild';
import { besidePath, commitFile } from '../../coordinator/artifacts/durable-file.ts';
import { isFresh, writeStamp } from './stamp.ts';

const root = join(import.meta.dirname, '../..');

/** Libraries that are CommonJS inside an ES module still ask for Node's own modules by `require`. */
const PREAMBLES = {
  cjs: '',
  esm: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);",
} as const;

export interface BundleOptions {
  readonly entry: string;
  readonly out: string;
  /** `cjs` for what goes into an executable, `esm` for programs that wait at their top level. */
  readonly format: 'cjs' | 'esm';
  /** Packages that are looked up when the bundle runs. */
  readonly external?: readonly string[];
  /** Built for tests: with fault points. */
  readonly hasFaults?: boolean;
  /** A first line that lets the file be run by name. */
  readonly isCommand?: boolean;
}

/** Bundles unless the output is fresh. Names are kept, so that a stack from a machine can be read. */
export async function bundleProgram(options: BundleOptions): Promise<void> {
  const settings = {
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: options.format,
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: true,
    legalComments: 'none',
    logLevel: 'silent',
    define: { VENT_FAULTS: String(options.hasFaults === true) },
    external: [...(options.external ?? [])],
    banner: {
      js: [options.isCommand === true ? '#!/usr/bin/env node' : '', PREAMBLES[options.format]]
        .filter(Boolean)
        .join('\n'),
    },
  } satisfies BuildOptions;
  const entry = resolve(options.entry);
  const recipe = JSON.stringify({ entry, settings, version });
  if (await isFresh(options.out, recipe)) return;
  const part = besidePath(options.out);
  try {
    const result = await build({
      ...settings,
      entryPoints: [entry],
      outfile: part,
      absWorkingDir: root,
      metafile: true,
    });
    if (options.isCommand === true) await chmod(part, 0o755);
    await commitFile(part, options.out);
    await writeStamp(
      options.out,
      recipe,
      Object.keys(result.metafile.inputs).map((path) => resolve(root, path)),
    );
  } finally {
    await rm(part, { force: true });
  }
}
