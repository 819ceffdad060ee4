/** The Shell of a real process. */
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { hasSystemCode } from '../../shared/errors.ts';
import type { Shell } from './shell.ts';

/**
 * A closed stdout (`vent nodes | head`) ends the process quietly instead of with a stack.
 * @param signal aborts on SIGINT and SIGTERM
 */
export function createProcessShell(signal: AbortSignal): Shell {
  process.stdout.on('error', () => process.exit(0));
  process.stderr.on('error', () => undefined);
  return {
    env: process.env,
    home: homedir(),
    workingDirectory: process.cwd(),
    isErrorTerminal: process.stderr.isTTY === true,
    canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 80,
    out: (line) => void process.stdout.write(line),
    err: (line) => void process.stderr.write(line),
    readFile: (path) => readFile(path, 'utf8'),
    listDirectory,
    writeFile,
    readInput: () => text(addAbortSignal(signal, process.stdin)),
    ask: (question) => ask(question, signal),
    now: () => Date.now(),
    signal,
  };
}

async function ask(question: string, signal: AbortSignal): Promise<string> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  // While a line is read, readline has Ctrl-C for itself.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  try {
    return await lines.question(question, { signal });
  } catch (thrown) {
    if (signal.aborted) throw thrown;
    // Ctrl-D: no answer.
    process.stderr.write('\n');
    return '';
  } finally {
    lines.close();
  }
}

async function listDirectory(path: string): Promise<readonly string[] | undefined> {
  return await readdir(path).catch((cause: unknown) => {
    if (['ENOTDIR', 'ENOENT'].some((code) => hasSystemCode(cause, code))) return undefined;
    throw cause;
  });
}

async function writeFile(path: string, content: string, isPrivate: boolean): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: isPrivate ? 0o700 : 0o755 });
  const beside = `${path}.${process.pid}.tmp`;
  const file = await open(beside, 'w', isPrivate ? 0o600 : 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(beside, path);
  const directory = await open(dirname(path));
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}
