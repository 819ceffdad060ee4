/**
 * The 60 lines a function may have hold for tests as well, but not for a `describe` callback, which only groups them.
 * biome cannot tell the two apart, so its rule is off under test/ and its findings are sifted here.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findWithBiome } from './biome.ts';

export const name = 'test sizes';

export async function run(root: string): Promise<readonly string[]> {
  const findings = await findWithBiome(root, ['lint', '--only=complexity/noExcessiveLinesPerFunction', 'test']);
  const problems = [];
  for (const { path, line, sentence } of findings) {
    const opening = (await readFile(join(root, path), 'utf8')).split('\n')[line - 1] ?? '';
    if (!/^\s*(describe|suite)\(/.test(opening)) problems.push(sentence);
  }
  return problems;
}
