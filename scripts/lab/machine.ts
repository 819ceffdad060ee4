/**
 * One real machine: a copy of the tree, booted by systemd-nspawn under a supervisor (boot.sh) that outlives whoever
 * started it. Nothing about it is remembered here: it is found again by its name in /proc.
 */
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { VentError } from '../../shared/errors.ts';
import { removeCgroups } from './cgroups.ts';
import type { ChildOptions, ChildResult, Children } from './child.ts';
import type { MachineOrder } from './facility/machines.ts';
import { listFirstBootFiles } from './interfaces.ts';
import type { MachineNames, Names } from './names.ts';
import { nameMachine } from './names.ts';
import { removeNetwork, wireMachine } from './network.ts';
import { readOrder } from './orders.ts';
import type { Task } from './tasks.ts';
import { isInside, killTasks, listTasks } from './tasks.ts';

export interface MachineDeps {
  readonly names: Names;
  readonly children: Children;
}

const BOOT = join(import.meta.dirname, 'boot.sh');

/** Gives the machine a fresh disk: a copy of `tree` with the files of its order. The machine is off afterwards. */
export async function layDisk(order: MachineOrder, tree: string, deps: MachineDeps): Promise<void> {
  const machine = nameMachine(deps.names, order.id);
  await cutPower(machine, deps);
  await rm(machine.directory, { recursive: true, force: true });
  await mkdir(machine.directory, { recursive: true, mode: 0o700 });
  await deps.children.need(['cp', '-a', '--reflink=auto', tree, machine.tree], { milliseconds: 5 * 60_000 });
  for (const file of listFirstBootFiles(order)) {
    const path = join(machine.tree, file.path);
    await mkdir(dirname(path), { recursive: true });
    // The tree may have a link here, and a link may lead out of the machine.
    await rm(path, { force: true });
    await writeFile(path, file.text, { mode: file.mode });
  }
  await writeFile(machine.wiring, wireMachine(machine, order));
  // Last and by rename: a machine with an order has a whole disk.
  await writeFile(`${machine.order}.part`, `${JSON.stringify(order, null, 2)}\n`, { mode: 0o600 });
  await rename(`${machine.order}.part`, machine.order);
}

/** Boots the machine unless it runs; resolves when its init is there, not when it has finished booting. */
export async function boot(id: string, deps: MachineDeps): Promise<void> {
  const machine = nameMachine(deps.names, id);
  if ((await findInit(machine)) !== undefined) return;
  if ((await readOrder(machine)) === undefined)
    throw new VentError('NOT_FOUND', `cannot boot machine ${id}: it has no disk`);
  await cutPower(machine, deps);
  const argv = [BOOT, 'supervise', machine.name, machine.tree, machine.wiring, deps.names.router, machine.routerLink];
  await deps.children.detach(['sh', ...argv], { log: machine.console, directory: machine.directory });
  await waitFor(() => findInit(machine), `machine ${id} to boot`);
}

/** Power off as by pulling the plug; the disk stays. A machine that is off or gone is no error. */
export async function cutPower(machine: MachineNames, deps: MachineDeps): Promise<void> {
  await killTasks((task) => isSupervisor(machine, task) || isInside(machine.name, task));
  // `vent.main.0a1b2c3d` is no prefix of another name: short ids have one length.
  await removeNetwork(machine.name, deps.children);
  await removeCgroups(machine.name);
}

/** Hardware reset: what was running is gone, and the machine boots from its disk. */
export async function reset(id: string, deps: MachineDeps): Promise<void> {
  await cutPower(nameMachine(deps.names, id), deps);
  await boot(id, deps);
}

/** Removes machine, wiring and disk. */
export async function destroy(id: string, deps: MachineDeps): Promise<void> {
  const machine = nameMachine(deps.names, id);
  await cutPower(machine, deps);
  await rm(machine.directory, { recursive: true, force: true });
}

/**
 * Runs a command inside a running machine, as root, with an environment like that of a login.
 * @throws VentError UNAVAILABLE when the machine is off
 */
export async function execute(
  id: string,
  argv: readonly string[],
  deps: MachineDeps,
  options?: ChildOptions,
): Promise<ChildResult> {
  return deps.children.run(await enter(id, argv, deps.names), options);
}

/** The command on the host that runs `argv` inside the machine. @throws VentError UNAVAILABLE when it is off */
export async function enter(id: string, argv: readonly string[], names: Names): Promise<readonly string[]> {
  const init = await findInit(nameMachine(names, id));
  if (init === undefined)
    throw new VentError('UNAVAILABLE', `cannot run ${argv[0] ?? 'a command'} in machine ${id}: it is off`, {
      hint: 'See `vent lab info` for the machines that run.',
    });
  return enterCommand(init.pid, argv);
}

/** @param init pid of the machine's init, as the host sees it */
export function enterCommand(init: number, argv: readonly string[]): readonly string[] {
  const environment = ['HOME=/root', 'PATH=/opt/vent/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'];
  return ['nsenter', '--target', String(init), '--all', '--', 'env', '-i', ...environment, ...argv];
}

/** The machine's PID 1, or undefined while it is off or between two boots. */
export async function findInit(machine: MachineNames): Promise<Task | undefined> {
  const tasks = await listTasks();
  const holders = tasks.filter((task) => isHolder(machine, task)).map((task) => task.pid);
  return tasks.find((task) => holders.includes(task.parent) && !isHolder(machine, task) && isInit(task));
}

/** systemd-nspawn, before and after it forks. */
function isHolder(machine: MachineNames, task: Task): boolean {
  return task.argv.some((word) => word.endsWith('systemd-nspawn')) && task.argv.includes(`--machine=${machine.name}`);
}

/** systemd-nspawn's child has its argument list until it becomes init. */
function isInit(task: Task): boolean {
  return task.argv[0]?.endsWith('/systemd') === true || task.argv[0]?.endsWith('/init') === true;
}

function isSupervisor(machine: MachineNames, task: Task): boolean {
  return task.argv.includes(BOOT) && task.argv.includes(machine.name);
}

/** Asks every 20 ms. @throws VentError DEADLINE after half a minute */
export async function waitFor<T>(
  ask: () => Promise<T | undefined>,
  what: string,
  milliseconds = 30_000,
): Promise<NonNullable<T>> {
  const end = Date.now() + milliseconds;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined && answer !== null) return answer;
    if (Date.now() > end) throw new VentError('DEADLINE', `cannot wait longer for ${what}`);
    await pause(20);
  }
}
