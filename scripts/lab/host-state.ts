/**
 * The little that all labs together change on the computer itself. The first lab writes down how it was, before it
 * changes anything; the last one puts it back, also when the first was killed half way.
 */
import { access, link, mkdir, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { hasSystemCode } from '../../shared/errors.ts';
import type { Children } from './child.ts';
import { listTasks } from './tasks.ts';

/** Every machine takes several of these, and there are 128 for all of them. */
const RAISED = { key: 'fs/inotify/max_user_instances', value: '8192' } as const;

/** Settings that belong to the whole kernel, and that systemd or Vent inside a machine may write. */
const WATCHED = [
  RAISED.key,
  'fs/inotify/max_user_watches',
  'fs/file-max',
  'fs/nr_open',
  'fs/protected_fifos',
  'fs/protected_hardlinks',
  'fs/protected_regular',
  'fs/protected_symlinks',
  'kernel/core_pattern',
  'kernel/core_uses_pid',
  'kernel/keys/root_maxbytes',
  'kernel/keys/root_maxkeys',
  'kernel/panic',
  'kernel/panic_on_oops',
  'kernel/pid_max',
  'kernel/printk',
  'kernel/sysrq',
  'vm/max_map_count',
  'vm/overcommit_memory',
  'vm/panic_on_oom',
] as const;

/** Where systemd-nspawn keeps locks and directories; killed, it leaves them. */
const NSPAWN = '/run/systemd/nspawn';

const stateSchema = z.object({
  sysctls: z.record(z.string(), z.string()),
  hadNamespaces: z.boolean(),
  hadNspawn: z.boolean(),
});

export interface HostState {
  /** Writes down and raises; for the start of every lab. */
  prepare(say: (line: string) => void): Promise<void>;
  /** Puts back what was there before when no lab is left; for the end of every lab, after its directory is gone. */
  restore(say: (line: string) => void): Promise<void>;
}

/** @param labs directory of all labs of the computer */
export function createHostState(labs: string, children: Children): HostState {
  const path = join(labs, '.host.json');

  async function remember(): Promise<void> {
    const entries = await Promise.all(WATCHED.map(async (key) => [key, await readSysctl(key)] as const));
    const sysctls = Object.fromEntries(entries.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])));
    const state: z.infer<typeof stateSchema> = {
      sysctls,
      hadNamespaces: await isNamespaceDirectoryMounted(),
      hadNspawn: await exists(NSPAWN),
    };
    await mkdir(labs, { recursive: true });
    const part = `${path}.${process.pid}.part`;
    await writeFile(part, JSON.stringify(state));
    // The first to write it knows best; later ones would write down what the first has changed.
    await link(part, path).catch((thrown: unknown) => {
      if (!hasSystemCode(thrown, 'EEXIST')) throw thrown;
    });
    await rm(part);
  }

  return {
    async prepare(say) {
      await remember();
      const value = await readSysctl(RAISED.key);
      if (value === undefined || Number(value) >= Number(RAISED.value)) return;
      await writeFile(join('/proc/sys', RAISED.key), RAISED.value);
      say(`raised fs.inotify.max_user_instances from ${value} to ${RAISED.value} until the last lab is down`);
    },
    async restore(say) {
      const others = (await listNames(labs)).filter((name) => !name.startsWith('.'));
      const text = await readFile(path, 'utf8').catch(() => undefined);
      if (others.length > 0 || text === undefined) return;
      const state = stateSchema.parse(JSON.parse(text));
      for (const [key, value] of Object.entries(state.sysctls)) {
        if ((await readSysctl(key)) === value) continue;
        await writeFile(join('/proc/sys', key), value);
        say(`restored ${key.replaceAll('/', '.')} to ${value}`);
      }
      if (!state.hadNamespaces) await removeNamespaceDirectory(children);
      if (!state.hadNspawn && !(await isNspawnRunning())) await rm(NSPAWN, { recursive: true, force: true });
      for (const name of await listNames(labs)) await rm(join(labs, name), { force: true });
      await rmdir(labs).catch(() => undefined);
    },
  };
}

async function readSysctl(key: string): Promise<string | undefined> {
  return readFile(join('/proc/sys', key), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** Also one that has nothing to do with any lab. */
async function isNspawnRunning(): Promise<boolean> {
  return (await listTasks()).some((task) => task.argv[0]?.endsWith('systemd-nspawn') === true);
}

async function isNamespaceDirectoryMounted(): Promise<boolean> {
  return (await readFile('/proc/self/mountinfo', 'utf8')).includes(' /run/netns ');
}

/** `ip netns add` mounts /run/netns over itself when it is first used, and leaves it. */
async function removeNamespaceDirectory(children: Children): Promise<void> {
  if ((await listNames('/run/netns')).length > 0) return;
  if (await isNamespaceDirectoryMounted()) await children.need(['umount', '/run/netns']);
  await rmdir('/run/netns').catch(() => undefined);
}

async function listNames(path: string): Promise<readonly string[]> {
  return readdir(path).catch(() => []);
}
