/**
 * The 60 lines a function may have hold for tests as well, but not for what only groups them: a `describe` callback, or
 * a law's function that is one `describe`.
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
    const opening = (await readFile(join(root, path), 'utf8')).split('\n').slice(line - 1, line + 1);
    if (!opening.some((text) => /^\s*describe\(/.test(text))) problems.push(sentence);
  }
  return problems;
}
