/** Runs other programs: argument lists, never shell text; pipes drained; a limit of time; marked with the lab they belong to. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { VentError } from '../../shared/errors.ts';

/** The environment variable by which everything a lab has started is found again; its value is the lab's directory. */
export const OWNER = 'VENT_LAB_OWNER';
/** Names a lab's daemons in the same way. */
export const DAEMON = 'VENT_LAB_DAEMON';

export interface ChildResult {
  /** 128 + the signal's number is not imitated: a child ended by a signal has -1. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface ChildOptions {
  readonly input?: string;
  /** Until it is killed; one minute unless told. */
  readonly milliseconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface DetachedOptions {
  /** Its output is appended here. */
  readonly log: string;
  readonly directory?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Children {
  /** Ends normally whatever the child's exit code. @throws VentError COMMAND_FAILED when it cannot be started or runs out of time */
  run(argv: readonly string[], options?: ChildOptions): Promise<ChildResult>;
  /** @returns standard output. @throws VentError COMMAND_FAILED also for an exit code other than 0 */
  need(argv: readonly string[], options?: ChildOptions): Promise<string>;
  /** Runs a program on this terminal. @returns its exit code */
  attach(argv: readonly string[]): Promise<number>;
  /** Starts a program in a session of its own that outlives its starter; resolves once it has been started. */
  detach(argv: readonly string[], options: DetachedOptions): Promise<number>;
}

/** @param owner directory of the lab that the children belong to */
export function createChildren(owner: string): Children {
  // What a daemon starts belongs to the lab, but is not the daemon: it goes on when the daemon is killed.
  const environmentOf = (more: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv => ({
    ...process.env,
    LC_ALL: 'C.UTF-8',
    [OWNER]: owner,
    [DAEMON]: '',
    ...more,
  });

  async function run(argv: readonly string[], options: ChildOptions = {}): Promise<ChildResult> {
    const [program = '', ...rest] = argv;
    const child = spawn(program, rest, {
      stdio: 'pipe',
      env: environmentOf(options.environment),
    });
    // Not spawn's own time-out: that goes on for a program that could not be started.
    const timer = setTimeout(() => child.kill('SIGKILL'), options.milliseconds ?? 60_000);
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    // A child that ends without reading its input closes the pipe; its exit code tells the rest.
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
    const [code] = await once(child, 'close')
      .catch((cause: unknown) => {
        throw new VentError('COMMAND_FAILED', `cannot start ${program}: ${VentError.from(cause).message}`, { cause });
      })
      .finally(() => clearTimeout(timer));
    if (child.killed) throw new VentError('COMMAND_FAILED', `cannot finish ${argv.join(' ')}: it ran out of time`);
    return {
      code: typeof code === 'number' ? code : -1,
      stdout: Buffer.concat(stdout).toString('utf8'),
      stderr: Buffer.concat(stderr).toString('utf8'),
    };
  }

  return {
    run,
    async need(argv, options) {
      const result = await run(argv, options);
      if (result.code === 0) return result.stdout;
      const words = (result.stderr.trim() || result.stdout.trim()).slice(-2000);
      throw new VentError('COMMAND_FAILED', `cannot finish ${argv.join(' ')}: exit code ${result.code}: ${words}`);
    },
    async attach([program = '', ...rest]) {
      const [code] = await once(spawn(program, rest, { stdio: 'inherit', env: environmentOf() }), 'close');
      return typeof code === 'number' ? code : -1;
    },
    async detach(argv, options) {
      const [program = '', ...rest] = argv;
      const log = await open(options.log, 'a', 0o600);
      try {
        const child = spawn(program, rest, {
          detached: true,
          stdio: ['ignore', log.fd, log.fd],
          env: environmentOf(options.environment),
          ...(options.directory === undefined ? {} : { cwd: options.directory }),
        });
        await once(child, 'spawn');
        child.unref();
        return child.pid ?? -1;
      } finally {
        await log.close();
      }
    },
  };
}
