/** What biome finds, as values. */
import * as z from 'zod';
import { problemsOf, runTool } from './tool.ts';

const report = z.object({
  diagnostics: z.array(
    z.object({
      category: z.string().nullish(),
      message: z.string(),
      location: z.object({ path: z.string(), start: z.object({ line: z.int().nonnegative() }) }).nullish(),
    }),
  ),
});

export interface Finding {
  readonly path: string;
  readonly line: number;
  /** `path:line: rule: message` */
  readonly sentence: string;
}

/**
 * @param args of biome, without the reporter's
 * @throws Error with biome's own words when it did not report
 */
export async function findWithBiome(root: string, args: readonly string[]): Promise<readonly Finding[]> {
  const result = await runTool(root, 'biome', [...args, '--reporter=json', '--max-diagnostics=none']);
  if (!result.stdout.startsWith('{')) throw new Error(problemsOf({ ...result, succeeded: false }).join('\n'));
  return report.parse(JSON.parse(result.stdout)).diagnostics.map(({ category, message, location }) => {
    const path = location?.path ?? 'biome.json';
    const line = location?.start.line ?? 1;
    return { path, line, sentence: `${path}:${line}: ${category ?? 'biome'}: ${message}` };
  });
}
