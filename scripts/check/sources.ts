/** The repository's own text files, as checks read them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export interface Source {
  /** Relative to the root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Made by others or by machines: dependencies, builds, generated code, golden files. */
const EXEMPT = ['.git', 'node_modules', 'dist', 'shared/gen', 'package-lock.json'];
const TEXT = /(\.(ts|json|md|proto|ya?ml|sh|html|css|txt)|^\.ci\/run|^bin\/\w+)$/;

function isExempt(path: string): boolean {
  return EXEMPT.includes(path) || path.split('/').includes('golden');
}

async function walk(root: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries.map(async (entry) => {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (isExempt(path)) return [];
      if (entry.isDirectory()) return walk(root, path);
      return entry.isFile() && TEXT.test(path) ? [path] : [];
    }),
  );
  return found.flat();
}

/** @returns every text file of the repository that people write, sorted by path */
export async function readSources(root: string): Promise<readonly Source[]> {
  const paths = (await walk(root, '')).sort();
  return Promise.all(paths.map(async (path) => ({ path, text: await readFile(join(root, path), 'utf8') })));
}

/** @returns the TypeScript among them */
export async function readCode(root: string): Promise<readonly Source[]> {
  return (await readSources(root)).filter((source) => source.path.endsWith('.ts'));
}

/** `path:line` of an offset in a source, for a problem's beginning. */
export function placeOf(source: Source, offset: number): string {
  return `${source.path}:${source.text.slice(0, offset).split('\n').length}`;
}
