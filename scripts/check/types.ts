import { problemsOf, runTool } from './tool.ts';

export const name = 'types';

/** One line for each error; how the compiler came to it is indented below, and left to the editor. */
export async function run(root: string): Promise<readonly string[]> {
  const problems = problemsOf(await runTool(root, 'tsc', ['--project', root, '--pretty', 'false']));
  return problems.filter((line) => !line.startsWith(' '));
}
