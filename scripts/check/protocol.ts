import { problemsOf, runTool } from './tool.ts';

export const name = 'protocol';

export async function run(root: string): Promise<readonly string[]> {
  return problemsOf(await runTool(root, 'buf', ['lint']));
}
