/** The mark of a machine that is being reset: whoever finds it goes on with the reset. */
import type { Files, FilesView } from './host/host.ts';
import { PRIVATE } from './kinds/steps/files.ts';

const MARK = '/opt/vent/agent/resetting';

/** Whether a reset was begun on this machine and has not ended. */
export async function isResetting(files: FilesView): Promise<boolean> {
  return (await files.stat(MARK)) !== undefined;
}

/** From now on the machine is reset, whatever happens; durable when it resolves. */
export async function markReset(files: Files): Promise<void> {
  const text = 'This machine is being reset; vent-agent reset goes on with it.\n';
  await files.write(MARK, new TextEncoder().encode(text), PRIVATE);
}
