/** No module state: what a module keeps, it keeps inside something that main.ts builds. */
import { placeOf, readCode } from './sources.ts';

export const name = 'module state';

const STATE =
  /^(?:export )?(?:let \w+|const \w+(?:: [^=\n]+)? = (?:new (?:Map|Set|WeakMap|WeakSet)\b[^(\n]*\(\)|\[\];|\{\};))/gm;

export async function run(root: string): Promise<readonly string[]> {
  const code = (await readCode(root)).filter((source) => /^(agent|coordinator|shared|scripts)\//.test(source.path));
  return code.flatMap((source) =>
    [...source.text.matchAll(STATE)].map(
      (match) => `${placeOf(source, match.index)}: module state; pass it in or keep it inside a factory`,
    ),
  );
}
