/**
 * One build at a time: a lock file that names its owner by process id and start time, so that a number used again is not
 * mistaken for the owner. It saves work only: results are made beside and renamed, so two builds at once do no harm, and
 * the moment between finding a dead owner's lock and removing it needs no guard.
 */
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import * as z from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { hasSystemCode } from '../../shared/errors.ts';
import { besidePath } from './durable-file.ts';

const ownerSchema = z.strictObject({ pid: z.int().positive(), started: z.string() });
type Owner = z.infer<typeof ownerSchema>;

const POLL_MILLISECONDS = 500;

/** The 22nd field of /proc/<pid>/stat, ticks since boot (proc_pid_stat(5)); undefined when there is no such process. */
async function startTime(pid: number): Promise<string | undefined> {
  try {
    const text = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the program's name in parentheses and may hold spaces, so count from its end.
    return text.slice(text.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    return undefined;
  }
}

async function readOwner(path: string): Promise<Owner | undefined> {
  try {
    return ownerSchema.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}

export interface LockOptions {
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
  /** Called once when somebody else holds it. */
  readonly onWaiting: (pid: number) => void;
}

/** Runs `work` while this process holds the lock at `path`; waits for a living owner, takes over from a dead one. */
export async function whileLocked<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  await acquire(path, options);
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function acquire(path: string, options: LockOptions): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  let hasWaited = false;
  while (!(await claim(path))) {
    const owner = await readOwner(path);
    if (owner !== undefined && (await startTime(owner.pid)) === owner.started) {
      if (!hasWaited) options.onWaiting(owner.pid);
      hasWaited = true;
      await options.clock.wait(POLL_MILLISECONDS, options.signal);
    } else {
      await rm(path, { force: true });
    }
  }
}

/** A link appears with its content in one step, so that nobody reads a lock that is half written. */
async function claim(path: string): Promise<boolean> {
  const own = besidePath(path);
  await writeFile(own, JSON.stringify({ pid: process.pid, started: (await startTime(process.pid)) ?? '' }));
  try {
    await link(own, path);
    return true;
  } catch (error) {
    if (hasSystemCode(error, 'EEXIST')) return false;
    throw error;
  } finally {
    await rm(own, { force: true });
  }
}
