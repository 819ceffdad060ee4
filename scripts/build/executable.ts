/** A bundle and Node in one file, for machines without Node (https://nodejs.org/docs/latest-v24.x/api/single-executable-applications.html). */
import { chmod, copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { besidePath, commitFile } from '../../coordinator/artifacts/durable-file.ts';
import { runProgram } from '../../coordinator/artifacts/program.ts';
import { VentError } from '../../shared/errors.ts';
import { isFresh, writeStamp } from './stamp.ts';

/** The name and the mark that Node looks for in its own file. */
const RESOURCE = 'NODE_SEA_BLOB';
const FUSE = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2';
const MILLISECONDS = 60_000;
const postject = join(import.meta.dirname, '../../node_modules/postject/dist/cli.js');

/**
 * NODE_OPTIONS would let whoever sets it run code in an agent that is root, hence `execArgvExtension`. Without code cache
 * the blob is the same bytes every time and fits any architecture.
 */
const CONFIG = {
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  useCodeCache: false,
  execArgvExtension: 'none',
} as const;

export interface ExecutableOptions {
  /** A CommonJS bundle. */
  readonly script: string;
  /** The Node to put it into; the file is kept whole, since a stripped one crashes. */
  readonly node: string;
  /** A Node of the same version that runs here. */
  readonly hostNode: string;
  readonly out: string;
}

/** Makes the executable unless it is fresh. @throws VentError COMMAND_FAILED */
export async function makeExecutable(options: ExecutableOptions): Promise<void> {
  const recipe = JSON.stringify({ CONFIG, hostNode: options.hostNode });
  if (await isFresh(options.out, recipe)) return;
  const room = await mkdtemp(join(tmpdir(), 'vent-executable-'));
  const part = besidePath(options.out);
  try {
    const blob = await makeBlob(options, room);
    await copyFile(options.node, part);
    await chmod(part, 0o755);
    await run(options, [postject, part, RESOURCE, blob, '--sentinel-fuse', FUSE], room);
    await commitFile(part, options.out);
    await writeStamp(options.out, recipe, [options.script, options.node]);
  } finally {
    await rm(room, { recursive: true, force: true });
    await rm(part, { force: true });
  }
}

/** @returns the path of the blob */
async function makeBlob(options: ExecutableOptions, room: string): Promise<string> {
  const output = join(room, 'program.blob');
  const config = join(room, 'config.json');
  // The name of the script goes into the blob: relative to the room, it is the same wherever this runs.
  await copyFile(options.script, join(room, 'program.cjs'));
  await writeFile(config, JSON.stringify({ ...CONFIG, main: 'program.cjs', output }));
  await run(options, ['--experimental-sea-config', config], room);
  return output;
}

/** In a process of its own: injecting takes seconds in which this one could do nothing else, and warns of harmless things. */
async function run(options: ExecutableOptions, argv: readonly string[], directory: string): Promise<void> {
  const result = await runProgram([options.hostNode, ...argv], { directory, milliseconds: MILLISECONDS });
  if (result.code !== 0)
    throw new VentError('COMMAND_FAILED', `cannot make the executable ${options.out}: ${result.complaint}`);
}
