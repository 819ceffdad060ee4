import { problemsOf, runTool } from './tool.ts';

export const name = 'types';

export async function run(root: string): Promise<readonly string[]> {
  return problemsOf(await runTool(root, 'tsc', ['--project', root, '--pretty', 'false']));
}
