/** Words that must not be committed, each with the reason. The patterns are written so that they do not match themselves. */
import { placeOf, readSources } from './sources.ts';

export const name = 'words';

const FORBIDDEN: readonly { readonly pattern: RegExp; readonly reason: string }[] = [
  { pattern: /\bTO[D]O\b|\bFIX[M]E\b|\bX[X]X\b/g, reason: 'is unfinished work; finish it or write it down elsewhere' },
  { pattern: /(?<![\w.~-])\/wor[k]\/|\/roo[t]\/\.cache/g, reason: 'is a path of one machine' },
  { pattern: /@ts-(ignor[e]|nochec[k]|expect-erro[r])/g, reason: 'turns the type check off' },
  {
    pattern: /biome-ignore(-all|-start|-end)?:? lint\/\w+\/(noExplicitAn[y]|noNonNullAssertio[n]|noExcessive\w+)/g,
    reason: 'turns a rule off that has no exceptions',
  },
  { pattern: /\bas an[y]\b(?=\s*[;,)\].])/g, reason: 'turns the type check off' },
  { pattern: /\.(only)\((?=['"`])/g, reason: 'leaves all other tests out' },
];

export async function run(root: string): Promise<readonly string[]> {
  return (await readSources(root)).flatMap((source) =>
    FORBIDDEN.flatMap(({ pattern, reason }) =>
      [...source.text.matchAll(pattern)].map((match) => `${placeOf(source, match.index)}: ${match[0]} ${reason}`),
    ),
  );
}
