/**
 * What a lab could leave on the computer. Other labs may come and go while a test runs, so whatever carries the name of
 * another one is left out; the settings that labs share are compared only when no other lab was up.
 */
import { lstat, readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { listCgroups } from '../../scripts/lab/cgroups.ts';
import type { Children } from '../../scripts/lab/child.ts';
import { OWNER } from '../../scripts/lab/child.ts';
import type { Names } from '../../scripts/lab/names.ts';
import { LABS } from '../../scripts/lab/names.ts';
import { listNamespaces } from '../../scripts/lab/network.ts';
import type { Task } from '../../scripts/lab/tasks.ts';
import { listTasks } from '../../scripts/lab/tasks.ts';

/** Each a list of lines; two that are equal show that nothing was left. */
export interface Snapshot {
  readonly tasks: readonly string[];
  readonly namespaces: readonly string[];
  readonly mounts: readonly string[];
  readonly cgroups: readonly string[];
  readonly links: readonly string[];
  readonly routes: readonly string[];
  readonly tables: readonly string[];
  readonly etc: readonly string[];
  readonly labs: readonly string[];
  /** Empty while another lab is up. */
  readonly sysctls: readonly string[];
}

export async function takeSnapshot(names: Names, children: Children): Promise<Snapshot> {
  const isOthers = (text: string): boolean =>
    /\bvent\.[a-z]|vent-lab\//.test(text) && !text.includes(names.prefix) && !text.includes(`${names.directory}/`);
  const own = (list: readonly string[]): readonly string[] => list.filter((line) => !isOthers(line)).sort();
  const labs = (await readdir(LABS).catch(() => [])).filter((name) => !name.startsWith('.'));
  const isAlone = labs.every((name) => name === names.instance);
  const ask = async (argv: readonly string[]): Promise<readonly string[]> => (await children.need(argv)).split('\n');
  const mounts = (await readFile('/proc/self/mounts', 'utf8')).split('\n');
  return {
    tasks: own(await describeTasks(names)),
    namespaces: own(await listNamespaces('')),
    mounts: own(isAlone ? mounts : mounts.filter((line) => !line.includes(' /run/netns '))),
    cgroups: own(await listCgroups('vent')),
    links: await ask(['ip', '-br', 'link']),
    routes: await ask(['ip', 'route', 'show', 'table', 'all']),
    tables: await ask(['nft', 'list', 'ruleset']),
    etc: await describeTree('/etc'),
    labs: labs.filter((name) => name === names.instance),
    sysctls: isAlone ? await describeSysctls() : [],
  };
}

/** Everything that runs for the lab or, unless it is another lab's, in a network or pid namespace of its own. */
async function describeTasks(names: Names): Promise<readonly string[]> {
  const here = await spaceOf(process.pid);
  const lines = await Promise.all(
    (await listTasks()).map(async (task) => {
      const isMarked =
        task.environment.get(OWNER) === names.directory || task.argv.some((word) => word.includes(names.prefix));
      const space = await spaceOf(task.pid);
      const isAway = space !== undefined && space !== here && !isOtherLabs(names, task);
      return isMarked || isAway ? [`${task.pid} ${task.cgroups.join(' ')} ${task.argv.join(' ')}`] : [];
    }),
  );
  return lines.flat();
}

function isOtherLabs(names: Names, task: Task): boolean {
  const owner = task.environment.get(OWNER);
  const isOthersGroup = task.cgroups.some((path) => /\/vent\.[a-z]/.test(path) && !path.includes(names.prefix));
  return (owner !== undefined && owner !== names.directory) || isOthersGroup;
}

/** Undefined for a task that has ended meanwhile. */
async function spaceOf(pid: number): Promise<string | undefined> {
  const links = ['net', 'pid'].map((kind) => readlink(`/proc/${pid}/ns/${kind}`));
  return Promise.all(links).then(
    (names) => names.join(' '),
    () => undefined,
  );
}

/** Path, size and time of change of every file. */
async function describeTree(root: string): Promise<readonly string[]> {
  const paths = await readdir(root, { recursive: true });
  const lines = paths.map(async (path) => {
    const stat = await lstat(join(root, path)).catch(() => undefined);
    return stat === undefined ? '' : `${path} ${stat.size} ${stat.mtimeMs}`;
  });
  return (await Promise.all(lines)).sort();
}

/** Counters and random numbers, which change by themselves. */
const RESTLESS =
  /^(kernel\/(random|ns_last_pid|pty\/nr|sched_domain|perf_event_max_sample_rate)|fs\/(dentry-state|file-nr|inode-nr|inode-state|aio-nr|quota))/;

async function describeSysctls(): Promise<readonly string[]> {
  const paths = (await Promise.all(['fs', 'kernel', 'vm'].map((top) => listSettings(top)))).flat();
  const lines = paths
    .filter((path) => !RESTLESS.test(path))
    .map(async (path) => {
      const value = await readFile(join('/proc/sys', path), 'utf8').catch(() => '');
      return `${path} = ${value.trim()}`;
    });
  return (await Promise.all(lines)).sort();
}

async function listSettings(top: string): Promise<readonly string[]> {
  const entries = await readdir(join('/proc/sys', top), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice('/proc/sys/'.length));
}
