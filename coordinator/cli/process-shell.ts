/** The Shell of a real process. */
import { spawn } from 'node:child_process';
import { type FileHandle, mkdir, mkdtemp, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import { runCommand } from './run-command.ts';
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
    saveFile,
    readInput: () => text(addAbortSignal(signal, process.stdin)),
    ask: (question) => ask(question, signal),
    edit,
    run: (words, milliseconds) => runCommand(words, milliseconds, signal),
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
  await writeBeside(path, isPrivate ? 0o600 : 0o644, (file) => file.writeFile(content));
}

/** Durable, and whole or not at all. */
async function writeBeside(path: string, mode: number, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const beside = `${path}.${process.pid}.tmp`;
  const file = await open(beside, 'w', mode);
  try {
    await write(file);
    await file.sync();
    await rename(beside, path);
  } catch (thrown) {
    await rm(beside, { force: true });
    throw thrown;
  } finally {
    await file.close();
  }
  const directory = await open(dirname(path));
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

/** The name is taken before the first byte, so that nobody's file is lost, also of two that begin at once. */
async function saveFile(path: string, parts: AsyncIterable<Uint8Array>): Promise<void> {
  const claim = await open(path, 'wx', 0o600).catch((cause: unknown) => {
    if (!hasSystemCode(cause, 'EEXIST')) throw cause;
    const hint = 'Name another file, or remove that one first.';
    throw new VentError('CONFLICT', `cannot write ${path}: it is there already`, { hint, cause });
  });
  await claim.close();
  try {
    await writeBeside(path, 0o600, async (file) => {
      for await (const bytes of parts) await file.appendFile(bytes);
    });
  } catch (thrown) {
    await rm(path, { force: true });
    if (!hasSystemCode(thrown, 'ENOSPC') && !hasSystemCode(thrown, 'EDQUOT')) throw thrown;
    throw new VentError('DISK_FULL', `cannot write ${path}: no space is left on its file system`, { cause: thrown });
  }
}

/** The text lies in a file of its owner's alone for as long as the editor is open. */
async function edit(content: string, name: string): Promise<string> {
  const [program = 'vi', ...options] = (process.env.VISUAL ?? process.env.EDITOR ?? 'vi')
    .split(/\s+/)
    .filter((word) => word !== '');
  const directory = await mkdtemp(join(tmpdir(), 'vent-edit-'));
  const path = join(directory, name);
  try {
    await writeFile(path, content, true);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const child = spawn(program, [...options, path], { stdio: 'inherit' });
    child.on('error', (cause) => {
      const hint = 'Set VISUAL or EDITOR to an editor that is installed.';
      reject(new VentError('NOT_FOUND', `cannot start the editor ${program}: ${cause.message}`, { hint, cause }));
    });
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new VentError('COMMAND_FAILED', `cannot edit: ${program} ended with ${signal ?? `exit ${code}`}`));
    });
    await promise;
    return await readFile(path, 'utf8');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
