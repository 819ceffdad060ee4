/** No module state: what a module keeps, it keeps inside something that a program builds. */
import { placeOf, readCode } from './sources.ts';

export const name = 'module state';

const MODULE = /^(agent|coordinator|shared|scripts)\//;
const PROGRAM = /(^|\/)main\.ts$|^scripts\/[^/]+\.ts$/;
const STATE =
  /^(?:export )?(?:let \w+|const \w+(?:: [^=\n]+)? = (?:new (?:Map|Set|WeakMap|WeakSet)\b[^(\n]*\(\)|\[\];|\{\};))/gm;

export async function run(root: string): Promise<readonly string[]> {
  const code = (await readCode(root)).filter(({ path }) => MODULE.test(path) && !PROGRAM.test(path));
  return code.flatMap((source) =>
    [...source.text.matchAll(STATE)].map(
      (match) => `${placeOf(source, match.index)}: module state; pass it in or keep it inside a factory`,
    ),
  );
}
