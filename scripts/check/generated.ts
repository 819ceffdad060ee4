import { problemsOf, runScript } from './tool.ts';

export const name = 'generated';

export async function run(root: string): Promise<readonly string[]> {
  return problemsOf(await runScript(root, 'scripts/gen.ts', ['--check']));
}
