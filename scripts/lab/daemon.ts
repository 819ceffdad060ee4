/** The long-running programs of a lab: started detached, found again in /proc by their mark, each started once. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { VentError } from '../../shared/errors.ts';
import type { Children } from './child.ts';
import { DAEMON } from './child.ts';
import type { Names } from './names.ts';
import { inNamespace } from './network.ts';
import { isDaemon, killTasks, listTasks } from './tasks.ts';

export interface Daemon {
  readonly name: string;
  readonly argv: readonly string[];
  /** Network namespace; the host's own when not given. */
  readonly namespace?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** True once it does its work. */
  isReady(): Promise<boolean>;
}

export interface DaemonDeps {
  readonly names: Names;
  readonly children: Children;
}

/** Where a daemon's output goes. */
export function logOf(names: Names, daemon: string): string {
  return join(names.logs, `${daemon}.log`);
}

/**
 * Starts a daemon unless it runs, and waits until it is ready.
 * @throws VentError UNAVAILABLE with the last lines of its log when it ends before that, or after a minute
 */
export async function startDaemon(daemon: Daemon, deps: DaemonDeps): Promise<void> {
  const { names } = deps;
  const log = logOf(names, daemon.name);
  const running = (await listTasks()).find((task) => isDaemon(names, daemon.name, task));
  const pid = running?.pid ?? (await launch(daemon, log, deps));
  const end = Date.now() + 60_000;
  while (!(await daemon.isReady())) {
    if (!isAlive(pid) || Date.now() > end) {
      const words = (await readFile(log, 'utf8').catch(() => '')).trim().split('\n').slice(-10).join('\n');
      throw new VentError('UNAVAILABLE', `cannot start ${daemon.name} of lab ${names.instance}: ${words}`, {
        hint: `Its log is ${log}.`,
      });
    }
    await pause(50);
  }
}

function launch(daemon: Daemon, log: string, { names, children }: DaemonDeps): Promise<number> {
  const argv = daemon.namespace === undefined ? daemon.argv : inNamespace(daemon.namespace, daemon.argv);
  const environment = { ...daemon.environment, [DAEMON]: daemon.name };
  return children.detach(argv, { log, directory: names.directory, environment });
}

/** By its pid, which stays through the programs that lead to it: while one becomes the next, its environment is empty. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Kills a daemon; one that does not run is no error. Machines go on. */
export async function stopDaemon(name: string, names: Names): Promise<void> {
  await killTasks((task) => isDaemon(names, name, task));
}
