/** Directories watched through inotify: all watches of a process share one of the kernel's instances. */
import { watch as openWatch } from 'node:fs';
import { basename } from 'node:path';
import { hasSystemCode } from '../../../shared/errors.ts';
import type { FilesView } from '../host.ts';

/** No such directory; or no watches left (inotify(7): max_user_watches, max_user_instances). */
const UNWATCHABLE = ['ENOENT', 'ENOTDIR', 'ENOSPC', 'EMFILE', 'EACCES'];

export function createWatch(root: string): FilesView['watch'] {
  return async (directory, onChange, signal) => {
    if (signal.aborted) return true;
    try {
      const watcher = openWatch(root + directory, { persistent: false });
      const end = (): void => {
        signal.removeEventListener('abort', end);
        watcher.close();
      };
      const lose = (): void => {
        end();
        onChange(undefined);
      };
      signal.addEventListener('abort', end, { once: true });
      watcher.on('error', lose);
      // What happens to the directory itself comes under its own name: it was removed, renamed, or only its mode changed.
      watcher.on('change', (_, name) => (name === basename(directory) ? lose() : onChange(String(name))));
      return true;
    } catch (cause) {
      if (UNWATCHABLE.some((code) => hasSystemCode(cause, code))) return false;
      throw cause;
    }
  };
}
