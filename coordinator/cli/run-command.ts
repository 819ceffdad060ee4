/** Runs a program of the operator's own: its words, no shell, no input, both outputs drained, and an end to it. */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface CommandEnd {
  /** It ended with 0. */
  readonly isDone: boolean;
  /** `exit 1`, `killed by SIGSEGV`, `no end within 60 s`, `it cannot be started: ...`. */
  readonly ending: string;
  /** The last line that it printed, on whichever output; empty without one. */
  readonly lastLine: string;
}

/** What is kept of each output, characters. */
const KEPT = 4096;
/** A child of the program may hold an output open that nobody ends. */
const DRAIN_MILLISECONDS = 1000;

/**
 * The program and its children are a group of their own, which is ended as a whole.
 * @param words the program and its arguments @param signal ends it
 */
export async function runCommand(
  words: readonly string[],
  milliseconds: number,
  signal: AbortSignal,
): Promise<CommandEnd> {
  const [program = '', ...argv] = words;
  const { promise, resolve } = Promise.withResolvers<string>();
  const child = spawn(program, argv, { stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const [out, err] = [keepTail(child.stdout), keepTail(child.stderr)];
  const kill = (): void => endGroup(child.pid);
  const late = setTimeout(() => {
    resolve(`no end within ${milliseconds / 1000} s`);
    kill();
  }, milliseconds);
  signal.addEventListener('abort', kill, { once: true });
  child.on('error', (cause) => resolve(`it cannot be started: ${cause.message}`));
  child.on('close', (code, by) => resolve(describeEnd(code, by)));
  child.on('exit', (code, by) => void setTimeout(() => resolve(describeEnd(code, by)), DRAIN_MILLISECONDS).unref());
  const ending = await promise;
  clearTimeout(late);
  signal.removeEventListener('abort', kill);
  child.stdout.destroy();
  child.stderr.destroy();
  return { isDone: ending === 'exit 0', ending, lastLine: lastLineOf(err()) || lastLineOf(out()) };
}

function describeEnd(code: number | null, by: string | null): string {
  return by === null ? `exit ${code}` : `killed by ${by}`;
}

function keepTail(stream: Readable): () => string {
  let tail = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-KEPT);
  });
  stream.on('error', () => undefined);
  return () => tail;
}

function lastLineOf(text: string): string {
  return text.trimEnd().split('\n').at(-1)?.trim() ?? '';
}

/** One that has ended already cannot be. */
function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    return;
  }
}
