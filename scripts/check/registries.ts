/**
 * A registry is the index.ts of a folder. Every file of the folder must be reachable from it, so that a kind, component,
 * provider or command whose line was forgotten is found; an import that is listed but not used is the linter's.
 */
import { posix } from 'node:path';
import { importsOf } from './imports.ts';
import { readCode } from './sources.ts';

export const name = 'registries';

export const REGISTRIES = [
  'agent/kinds',
  'coordinator/components',
  'coordinator/providers',
  'coordinator/cli/commands',
  'scripts/check',
];

function reachableFrom(start: string, edges: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const seen = new Set<string>();
  const pending = [start];
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    if (seen.has(path)) continue;
    seen.add(path);
    pending.push(...(edges.get(path) ?? []));
  }
  return seen;
}

export async function run(root: string): Promise<readonly string[]> {
  const code = await readCode(root);
  const problems = [];
  for (const folder of REGISTRIES) {
    const members = code.filter((source) => source.path.startsWith(`${folder}/`));
    const edges = new Map(
      members.map((source) => [
        source.path,
        importsOf(source)
          .filter(({ target }) => target.startsWith('.'))
          .map(({ target }) => posix.join(posix.dirname(source.path), target)),
      ]),
    );
    const reachable = reachableFrom(`${folder}/index.ts`, edges);
    for (const { path } of members)
      if (!reachable.has(path)) problems.push(`${path}: ${folder}/index.ts does not know it; add its line there`);
  }
  return problems;
}
