/** Format, lint, import cycles, sizes of files and functions, `any`, non-null assertions: all of it is in biome.json. */
import { findWithBiome } from './biome.ts';

export const name = 'style';

export async function run(root: string): Promise<readonly string[]> {
  const findings = await findWithBiome(root, ['check', '--diagnostic-level=warn', '.']);
  return findings.map(({ sentence }) => `${sentence}${sentence.includes(': format: ') ? ' run npm run format' : ''}`);
}
