/** Processes through /proc. */
import { readdir, readFile } from 'node:fs/promises';
import type { Clock } from '../../../shared/clock.ts';
import { hasSystemCode, VentError } from '../../../shared/errors.ts';
import type { Process, Processes } from '../host.ts';

/** Milliseconds between two looks at whether a process is gone, and how long one may take to go after SIGKILL. */
const LOOK = 50;
const KILL_MILLISECONDS = 10_000;

/** @param stat of /proc/<pid>/stat: the name in brackets may hold spaces and brackets, the rest not (proc_pid_stat(5)) */
export function parseStat(stat: string): {
  readonly state: string;
  readonly parent: number;
  readonly startedAt: string;
} {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0] ?? '', parent: Number(fields[1]), startedAt: fields[19] ?? '' };
}

/** @param text of /proc/<pid>/cgroup: lines of `id:controllers:path` (cgroups(7)) */
export function parseControlGroups(text: string): readonly string[] {
  return text.split('\n').flatMap((line) => line.split(':').slice(2).join(':') || []);
}

/** Undefined for one that has ended, a zombie included, and for the kernel's own. */
async function readProcess(pid: number): Promise<Process | undefined> {
  const read = (name: string): Promise<string> => readFile(`/proc/${pid}/${name}`, 'utf8').catch(() => '');
  const [stat, commandLine, groups] = await Promise.all([read('stat'), read('cmdline'), read('cgroup')]);
  const { state, parent, startedAt } = parseStat(stat);
  if (state === '' || state === 'Z' || state === 'X' || commandLine === '') return undefined;
  const argv = commandLine.replace(/\0$/, '').split('\0');
  return { pid, parent, argv, controlGroups: parseControlGroups(groups), startedAt };
}

async function isThere({ pid, startedAt }: Process): Promise<boolean> {
  return (await readProcess(pid))?.startedAt === startedAt;
}

export function createProcesses(clock: Clock): Processes {
  const findLeft = async (processes: readonly Process[]): Promise<readonly Process[]> => {
    const there = await Promise.all(processes.map(isThere));
    return processes.filter((_, index) => there[index] === true);
  };

  async function waitUntilGone(processes: readonly Process[], milliseconds: number): Promise<readonly Process[]> {
    const end = clock.now() + milliseconds;
    for (;;) {
      const left = await findLeft(processes);
      if (left.length === 0 || clock.now() >= end) return left;
      await clock.wait(LOOK);
    }
  }

  function signalAll(processes: readonly Process[], signal: 'SIGTERM' | 'SIGKILL'): void {
    for (const { pid } of processes) {
      try {
        process.kill(pid, signal);
      } catch (thrown) {
        if (!hasSystemCode(thrown, 'ESRCH')) throw thrown;
      }
    }
  }

  return {
    async list() {
      const names = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
      const found = await Promise.all(names.map((name) => readProcess(Number(name))));
      return found.filter((one) => one !== undefined);
    },
    async stop(processes, graceMilliseconds) {
      const there = await findLeft(processes);
      signalAll(there, 'SIGTERM');
      const stubborn = await waitUntilGone(there, graceMilliseconds);
      signalAll(stubborn, 'SIGKILL');
      const [left] = await waitUntilGone(stubborn, KILL_MILLISECONDS);
      if (left === undefined) return;
      throw new VentError('DEADLINE', `cannot stop process ${left.pid} (${left.argv[0]}): SIGKILL did not end it`, {
        hint: 'It waits for a device or a file system; reboot the machine.',
        retry: 'backoff',
      });
    },
  };
}
