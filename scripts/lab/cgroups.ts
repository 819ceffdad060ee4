/** Control groups of machines: one directory a machine in every hierarchy of cgroup v1, or in the one of v2. */
import { readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { hasSystemCode } from '../../shared/errors.ts';

const ROOT = '/sys/fs/cgroup';

/** Paths of the groups just below the root of a hierarchy whose name begins so. */
export async function listCgroups(prefix: string): Promise<readonly string[]> {
  const top = await directories(ROOT);
  const hierarchies = [ROOT, ...top.map((name) => join(ROOT, name))];
  const found = await Promise.all(
    hierarchies.map(async (path) => (await directories(path)).map((name) => join(path, name))),
  );
  return found.flat().filter((path) => path.split('/').at(-1)?.startsWith(prefix) === true);
}

/** Removes them, deepest first. Their tasks must have been killed; the kernel may take a moment to let go of the last. */
export async function removeCgroups(prefix: string): Promise<void> {
  for (const path of await listCgroups(prefix)) await removeGroup(path);
}

async function removeGroup(path: string): Promise<void> {
  for (const name of await directories(path)) await removeGroup(join(path, name));
  const end = Date.now() + 5_000;
  for (;;) {
    try {
      await rmdir(path);
      return;
    } catch (thrown) {
      if (hasSystemCode(thrown, 'ENOENT')) return;
      if (!hasSystemCode(thrown, 'EBUSY') || Date.now() > end) throw thrown;
    }
    await pause(20);
  }
}

/** Without links: some distributions put `cpu` beside `cpu,cpuacct`. */
async function directories(path: string): Promise<readonly string[]> {
  try {
    const entries = await readdir(path, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch (thrown) {
    if (hasSystemCode(thrown, 'ENOENT')) return [];
    throw thrown;
  }
}
