/**
 * The one place where the agent starts a program.
 *
 * INVARIANTS
 * - argv arrays only, a time-out for whatever should end, both pipes drained with a cap, no inherited environment.
 * - What a program is fed on stdin never stands in an error.
 */
import { execFile, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { VentError } from '../../../shared/errors.ts';

export interface CommandOptions {
  /** Written to stdin, which is then closed. */
  readonly input?: string;
  /** Default 15 s; a program that takes longer is killed. */
  readonly milliseconds?: number;
  readonly environment?: Readonly<Record<string, string>>;
  /** Exit codes besides 0 that are answers, not errors. */
  readonly accepted?: readonly number[];
}

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
}

export interface Commands {
  /** @throws VentError COMMAND_FAILED naming the program, how it ended and the last lines it wrote to stderr */
  run(program: string, argv: readonly string[], options?: CommandOptions): Promise<CommandResult>;
  /**
   * Keeps a program running and gives each line it prints. It is killed when the signal aborts; when the agent is killed it
   * ends with its next line, which nobody reads any more. @returns resolves when it has ended, however that came about
   */
  follow(program: string, argv: readonly string[], onLine: (line: string) => void, signal: AbortSignal): Promise<void>;
}

const DEFAULT_MILLISECONDS = 15_000;
const OUTPUT_BYTES = 16 << 20;
const QUOTED_LINES = 8;
const ENVIRONMENT = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C',
};

export function createCommands(): Commands {
  return {
    run(program, argv, options = {}) {
      const milliseconds = options.milliseconds ?? DEFAULT_MILLISECONDS;
      const { promise, resolve, reject } = Promise.withResolvers<CommandResult>();
      const child = execFile(
        program,
        argv,
        {
          timeout: milliseconds,
          killSignal: 'SIGKILL',
          maxBuffer: OUTPUT_BYTES,
          env: { ...ENVIRONMENT, ...options.environment },
        },
        (error, stdout, stderr) => {
          const code = error === null ? 0 : error.code;
          const isAnswer = code === 0 || (typeof code === 'number' && options.accepted?.includes(code) === true);
          if (isAnswer) resolve({ code, stdout });
          else reject(composeError([program, ...argv], describeEnd(error, milliseconds), stderr, error));
        },
      );
      // A program may end without reading its input; how it ended says more than EPIPE would.
      child.stdin?.on('error', () => undefined);
      child.stdin?.end(options.input ?? '');
      return promise;
    },
    async follow(program, argv, onLine, signal) {
      if (signal.aborted) return;
      const { promise, resolve } = Promise.withResolvers<void>();
      const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'ignore'], env: ENVIRONMENT });
      const stop = (): void => void child.kill('SIGKILL');
      signal.addEventListener('abort', stop, { once: true });
      child.on('error', () => resolve());
      child.on('close', () => resolve());
      createInterface({ input: child.stdout }).on('line', onLine);
      await promise;
      signal.removeEventListener('abort', stop);
    },
  };
}

/** `exit 1`, `no such program`, `no answer within 15 s`, `killed by SIGSEGV`. */
function describeEnd(error: Error | null, milliseconds: number): string {
  if (error === null || !('code' in error)) return 'it could not be started';
  if (error.code === 'ENOENT') return 'no such program';
  if (error.code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') return `more than ${OUTPUT_BYTES >> 20} MiB of output`;
  if ('killed' in error && error.killed === true) return `no answer within ${milliseconds / 1000} s`;
  if ('signal' in error && typeof error.signal === 'string') return `killed by ${error.signal}`;
  return `exit ${error.code}`;
}

function composeError(words: readonly string[], end: string, stderr: string, cause: unknown): VentError {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const quoted = lines.slice(-QUOTED_LINES).join(' | ');
  const message = `cannot run "${words.join(' ')}": ${end}${quoted === '' ? '' : `: ${quoted}`}`;
  return new VentError('COMMAND_FAILED', message, {
    hint: 'Run the command on the machine to see more.',
    retry: 'backoff',
    cause,
  });
}
