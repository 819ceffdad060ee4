import { VentError } from '../../shared/errors.ts';
import type { Shell } from './shell.ts';

export interface SpecFile {
  readonly text: string;
  /** To use in messages. */
  readonly name: string;
}

/** Help of `-f` wherever it takes a cluster file. */
export const FILENAME_HELP = 'cluster file, directory that holds one, - for standard input';

const FILES = /\.(ya?ml|json)$/;

/**
 * The text of `-f`: a file, the one cluster file of a directory, or standard input for `-`.
 * @throws VentError NOT_FOUND; INVALID_INPUT for a directory with two cluster files
 */
export async function readSpecFile(shell: Shell, path: string): Promise<SpecFile> {
  if (path === '-') return { text: await shell.readInput(), name: '<stdin>' };
  const names = await shell.listDirectory(path);
  return names === undefined ? await readFile(shell, path) : await readDirectory(shell, path, names);
}

async function readFile(shell: Shell, path: string): Promise<SpecFile> {
  const text = await shell.readFile(path).catch((cause: unknown) => {
    throw new VentError('NOT_FOUND', `cannot read ${path}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: '`vent init` writes one.',
      cause,
    });
  });
  return { text, name: path };
}

async function readDirectory(shell: Shell, directory: string, names: readonly string[]): Promise<SpecFile> {
  const paths = names.filter((name) => FILES.test(name)).map((name) => `${directory.replace(/\/+$/, '')}/${name}`);
  const files = await Promise.all(paths.toSorted().map((path) => readFile(shell, path)));
  const [found, other] = files.filter(({ text }) => isCluster(text));
  if (found === undefined)
    throw new VentError('NOT_FOUND', `cannot read ${directory}: no file in it has kind: Cluster`, {
      hint: '`vent init` writes one.',
    });
  if (other !== undefined)
    throw new VentError(
      'INVALID_INPUT',
      `cannot read ${directory}: ${found.name} and ${other.name} are both clusters`,
      {
        hint: 'A coordinator has one cluster: name the file.',
      },
    );
  return found;
}

/** By its line, so that a file whose YAML is broken is named with its problems and not passed over. */
function isCluster(text: string): boolean {
  return /^\s*"?kind"?:\s*["']?Cluster\b/m.test(text);
}
