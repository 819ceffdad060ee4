/** How a program inside a machine tells the tests outside what its own tests came to. */
import * as z from 'zod';

const lineSchema = z.strictObject({ title: z.string(), failure: z.string().optional() });

/** One test: its name with those around it, and the error with its stack where it failed. */
export type Line = z.infer<typeof lineSchema>;

/** @throws Error when the program did not come to its end */
export function parseLines(text: string): readonly Line[] {
  const lines = text
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => lineSchema.parse(JSON.parse(line)));
  if (lines.at(-1)?.title !== 'end') throw new Error(`the program inside was cut short: ${text.slice(-2000)}`);
  return lines.slice(0, -1);
}
