/** What runs on this computer, read from /proc: the only memory of a lab that cannot be wrong. */
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import { VentError } from '../../shared/errors.ts';
import { DAEMON, OWNER } from './child.ts';
import type { Names } from './names.ts';

export interface Task {
  readonly pid: number;
  readonly parent: number;
  /** Clock ticks since boot; with the pid it names a task for ever. */
  readonly startTime: string;
  readonly argv: readonly string[];
  /** Its path in every hierarchy, seen from the root. */
  readonly cgroups: readonly string[];
  readonly environment: ReadonlyMap<string, string>;
}

export interface Stat {
  readonly parent: number;
  readonly state: string;
  readonly startTime: string;
}

/** Reads /proc/PID/stat; the second field is the program's name in brackets and may hold anything, brackets too (proc(5)). */
export function parseStat(text: string): Stat {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), startTime: fields[19] ?? '' };
}

/** Reads /proc/PID/cgroup, lines of `number:controllers:path`. */
export function parseCgroups(text: string): readonly string[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':').slice(2).join(':'));
}

/** Reads lists that the kernel separates with NUL, such as cmdline and environ. */
export function parseNulList(text: string): readonly string[] {
  return text.split('\0').filter((part) => part !== '');
}

/** Every task but zombies and kernel threads. */
export async function listTasks(): Promise<readonly Task[]> {
  const names = await readdir('/proc');
  const tasks = await Promise.all(names.filter((name) => /^\d+$/.test(name)).map((name) => readTask(Number(name))));
  return tasks.filter((task) => task !== undefined);
}

async function readTask(pid: number): Promise<Task | undefined> {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8');
  try {
    const [stat, cmdline, cgroup, environ] = await Promise.all([
      read('stat'),
      read('cmdline'),
      read('cgroup'),
      read('environ'),
    ]);
    const { parent, state, startTime } = parseStat(stat);
    if (state === 'Z' || state === 'X') return undefined;
    const environment = new Map(
      parseNulList(environ).map((entry) => [entry.split('=', 1)[0] ?? '', entry.slice(entry.indexOf('=') + 1)]),
    );
    return { pid, parent, startTime, argv: parseNulList(cmdline), cgroups: parseCgroups(cgroup), environment };
  } catch {
    // It ended while it was read.
    return undefined;
  }
}

/** True for what the lab has started and for everything inside its machines. */
export function belongsTo(names: Names, task: Task): boolean {
  return (
    task.environment.get(OWNER) === names.directory ||
    task.cgroups.some((path) => path.split('/').some((part) => part.startsWith(names.prefix)))
  );
}

/** True for everything inside one machine, and for the nspawn that holds it. */
export function isInside(machine: string, task: Task): boolean {
  return task.cgroups.some((path) => path.split('/').includes(machine));
}

export function isDaemon(names: Names, daemon: string, task: Task): boolean {
  return task.environment.get(OWNER) === names.directory && task.environment.get(DAEMON) === daemon;
}

/**
 * Sends SIGKILL to every task that matches, those that appear meanwhile too, until none is left.
 * @throws VentError DEADLINE naming what would not die within ten seconds
 */
export async function killTasks(matches: (task: Task) => boolean): Promise<void> {
  const end = Date.now() + 10_000;
  for (;;) {
    const found = (await listTasks()).filter((task) => task.pid !== process.pid && matches(task));
    if (found.length === 0) return;
    if (Date.now() > end) {
      const left = found.map((task) => `${task.pid} (${task.argv.slice(0, 3).join(' ')})`).join(', ');
      throw new VentError('DEADLINE', `cannot end tasks of the lab: ${left} do not die`);
    }
    for (const task of found) kill(task.pid);
    await pause(20);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
