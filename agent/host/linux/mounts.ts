/** Mounts through /proc/self/mountinfo and umount(8). */
import { readFile } from 'node:fs/promises';
import { VentError } from '../../../shared/errors.ts';
import type { Mounts } from '../host.ts';
import type { Commands } from './commands.ts';

/** @param text of mountinfo, whose fifth column is the mount point with \ooo for space, tab, newline and backslash (proc_pid_mountinfo(5)) */
export function parseMounts(text: string): readonly string[] {
  return text
    .split('\n')
    .flatMap((line) => line.split(' ')[4] ?? [])
    .map((path) =>
      path.replaceAll(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8))),
    );
}

export function createMounts(commands: Commands): Mounts {
  return {
    list: async () => parseMounts(await readFile('/proc/self/mountinfo', 'utf8')),
    async unmount(path) {
      await commands.run('umount', ['--', path]).catch(async (cause: unknown) => {
        await commands.run('umount', ['--lazy', '--', path]).catch(() => {
          throw VentError.from(cause);
        });
      });
    },
  };
}
