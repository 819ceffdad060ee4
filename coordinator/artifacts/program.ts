/** Runs programs of the host: an argument vector, a time-out, drained pipes, never a shell. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { hasSystemCode, VentError } from '../../shared/errors.ts';

export interface ProgramOptions {
  readonly directory?: string;
  /** Added to the environment of this process. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly milliseconds: number;
  readonly signal?: AbortSignal;
  /** Every line of stderr as it comes. */
  readonly onLine?: (line: string) => void;
}

export interface ProgramResult {
  readonly code: number;
  readonly output: string;
  /** The last lines of stderr, for people. */
  readonly complaint: string;
}

/** @throws HOST_UNSUPPORTED when there is no such program, COMMAND_FAILED when time runs out, CANCELLED */
export type RunProgram = (argv: readonly [string, ...string[]], options: ProgramOptions) => Promise<ProgramResult>;

const COMPLAINT_LINES = 6;

/** The RunProgram of a real host. */
export const runProgram: RunProgram = async (argv, options) => {
  const [program, ...rest] = argv;
  const deadline = AbortSignal.timeout(options.milliseconds);
  const child = spawn(program, rest, {
    cwd: options.directory,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    // A process group of its own, so that what the program itself started ends with it.
    detached: true,
  });
  const stop = options.signal === undefined ? deadline : AbortSignal.any([options.signal, deadline]);
  const killGroup = (): void => killIfAlive(child);
  stop.addEventListener('abort', killGroup, { once: true });
  if (stop.aborted) killGroup();
  const lines: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    lines.push(line);
    if (lines.length > COMPLAINT_LINES) lines.shift();
    options.onLine?.(line);
  });
  const output: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  try {
    const code = await ended(child);
    stop.throwIfAborted();
    return { code, output: Buffer.concat(output).toString(), complaint: lines.join('\n') };
  } catch (cause) {
    throw explainFailure(program, options, deadline.aborted, cause);
  } finally {
    stop.removeEventListener('abort', killGroup);
  }
};

function killIfAlive(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  process.kill(-child.pid, 'SIGKILL');
}

function ended(child: ChildProcess): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  child.on('error', reject);
  child.on('close', (code) => resolve(code ?? 128));
  return promise;
}

function explainFailure(program: string, options: ProgramOptions, isLate: boolean, cause: unknown): VentError {
  if (hasSystemCode(cause, 'ENOENT'))
    return new VentError('HOST_UNSUPPORTED', `cannot run ${program}: it is not installed on this machine`, {
      hint: `Install ${program} and run the same command again.`,
      cause,
    });
  if (options.signal?.aborted === true)
    return new VentError('CANCELLED', `cannot finish ${program}: it was interrupted`, { retry: 'now', cause });
  if (isLate)
    return new VentError('COMMAND_FAILED', `cannot run ${program}: no end after ${options.milliseconds / 1000} s`, {
      cause,
    });
  return new VentError('COMMAND_FAILED', `cannot run ${program}: ${String(cause)}`, { cause });
}
