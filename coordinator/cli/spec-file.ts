import { VentError } from '../../shared/errors.ts';
import type { Shell } from './shell.ts';

/** The text of `-f FILE` or of standard input for `-`, and the name to use in messages. @throws VentError NOT_FOUND */
export async function readSpecFile(
  shell: Shell,
  file: string,
): Promise<{ readonly text: string; readonly name: string }> {
  if (file === '-') return { text: await shell.readInput(), name: '<stdin>' };
  const text = await shell.readFile(file).catch((cause: unknown) => {
    throw new VentError('NOT_FOUND', `cannot read ${file}: ${cause instanceof Error ? cause.message : String(cause)}`, {
      hint: '`vent init` writes one.',
      cause,
    });
  });
  return { text, name: file };
}
