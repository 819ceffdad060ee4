/** Whether an output still belongs to its inputs: beside it lies a stamp with the digests of all of them and of itself. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { writeDurably } from '../../coordinator/artifacts/durable-file.ts';

const stampSchema = z.strictObject({
  /** Everything but files that decides the output: options, versions of tools. */
  recipe: z.string(),
  inputs: z.record(z.string(), z.string()),
  output: z.string(),
});

export type Stamp = z.infer<typeof stampSchema>;

const stampPath = (output: string): string => `${output}.stamp.json`;

/** True when the output is there unharmed, made by the same recipe, and no input has changed since. */
export async function isFresh(output: string, recipe: string): Promise<boolean> {
  try {
    const stamp = stampSchema.parse(JSON.parse(await readFile(stampPath(output), 'utf8')));
    if (stamp.recipe !== recipe || (await digestOf(output)) !== stamp.output) return false;
    const checks = Object.entries(stamp.inputs).map(async ([path, digest]) => (await digestOf(path)) === digest);
    return (await Promise.all(checks)).every(Boolean);
  } catch {
    // A stamp, an input or an output that cannot be read asks for the same as one that differs.
    return false;
  }
}

/** Writes the stamp of an output that was just made. @param inputs absolute paths */
export async function writeStamp(output: string, recipe: string, inputs: readonly string[]): Promise<void> {
  const digests = await Promise.all(
    inputs.map(async (path): Promise<[string, string]> => [path, await digestOf(path)]),
  );
  const stamp: Stamp = { recipe, inputs: Object.fromEntries(digests.toSorted()), output: await digestOf(output) };
  await writeDurably(stampPath(output), `${JSON.stringify(stamp, null, 1)}\n`);
}

async function digestOf(path: string): Promise<string> {
  return createHash('sha256')
    .update(await readFile(path))
    .digest('hex');
}
