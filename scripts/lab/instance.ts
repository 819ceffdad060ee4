/**
 * A whole lab, up and down. `down` asks no memory: everything of a lab carries its name, so it works after a crash at
 * any point, and again. `up` of a lab that is half there begins by taking it down.
 */
import { access, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Clock } from '../../shared/clock.ts';
import { removeCgroups } from './cgroups.ts';
import type { Children } from './child.ts';
import type { HostState } from './host-state.ts';
import type { Names } from './names.ts';
import { listNamespaces, makeNetwork, removeNetwork } from './network.ts';
import type { Computer } from './requirements.ts';
import { ensureRequirements, LAB_PACKAGES } from './requirements.ts';
import { startWires } from './services.ts';
import { writeSettings } from './settings.ts';
import { belongsTo, killTasks } from './tasks.ts';
import { ensureTree } from './tree.ts';

export interface InstanceDeps {
  readonly names: Names;
  readonly children: Children;
  readonly hostState: HostState;
  readonly clock: Clock;
  readonly computer: Computer;
  /** Directory of root trees. */
  readonly trees: string;
  /** Shows a line of progress. */
  say(line: string): void;
}

/**
 * Brings up networks, resolver and relay; no facility and no machine yet. A lab that is up stays as it is.
 * @throws VentError HOST_UNSUPPORTED when no lab can run here
 */
export async function up(deps: InstanceDeps): Promise<void> {
  const { names, children, say } = deps;
  await ensureRequirements(deps.computer, LAB_PACKAGES, children, say);
  await ensureTree(deps);
  if (!(await isWhole(names))) {
    await down(deps);
    await mkdir(names.machines, { recursive: true, mode: 0o700 });
    await mkdir(names.logs, { mode: 0o700 });
    await deps.hostState.prepare(say);
    await makeNetwork(names, children);
    await writeFile(names.hosts, '');
    await writeSettings(names);
  }
  await startWires(deps);
}

/** Kills everything that runs in the lab and removes all it has made. A lab that is not there is no error. */
export async function down(deps: Pick<InstanceDeps, 'names' | 'children' | 'hostState' | 'say'>): Promise<void> {
  const { names, children } = deps;
  await killTasks((task) => belongsTo(names, task));
  await removeNetwork(names.prefix, children);
  await removeCgroups(names.prefix);
  await unmountBelow(names.directory, children);
  await rm(names.directory, { recursive: true, force: true });
  await deps.hostState.restore(deps.say);
}

/** Namespaces end with the computer's run and the directory does not: both must be there. */
async function isWhole(names: Names): Promise<boolean> {
  const namespaces = await listNamespaces(names.prefix);
  const hasSettings = await access(names.settings).then(
    () => true,
    () => false,
  );
  return hasSettings && namespaces.includes(names.router) && namespaces.includes(names.coordinator);
}

/** Mount points at or below a directory, deepest first, from the text of /proc/self/mountinfo (proc(5)). */
export function mountsBelow(directory: string, mountinfo: string): readonly string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4] ?? '')
    .map((path) =>
      path.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8))),
    )
    .filter((path) => path === directory || path.startsWith(`${directory}/`))
    .reverse();
}

async function unmountBelow(directory: string, children: Children): Promise<void> {
  const mounts = mountsBelow(directory, await readFile('/proc/self/mountinfo', 'utf8'));
  for (const path of mounts) await children.need(['umount', '--lazy', path]);
}
