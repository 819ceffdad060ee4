/** The command line as a process, with real pipes and signals. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, it, type TestContext } from 'node:test';
import { createProcessShell } from '../../../coordinator/cli/process-shell.ts';

const main = join(import.meta.dirname, '../../../coordinator/main.ts');

async function makeRoom(t: TestContext): Promise<string> {
  const room = await mkdtemp(join(tmpdir(), 'vent-cli-'));
  t.after(() => rm(room, { recursive: true, force: true }));
  return room;
}

function start(words: readonly string[], environment: Readonly<Record<string, string>> = {}): ChildProcess {
  const argv = ['--disable-warning=ExperimentalWarning', main, ...words];
  return spawn(process.execPath, argv, { env: { ...process.env, ...environment }, stdio: 'pipe', timeout: 20_000 });
}

describe('vent as a process', () => {
  it('ends quietly when nobody reads on', async () => {
    const child = start(['schema']);
    child.stdout?.destroy();
    const errors = child.stderr === null ? '' : text(child.stderr);
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal, await errors], [0, null, '']);
  });

  it('ends with 130 when it is interrupted', async (t) => {
    const room = await makeRoom(t);
    // Reading standard input that never ends is something to interrupt.
    const child = start(['validate', '-f', '-'], { VENTCONFIG: join(room, 'config') });
    const output = child.stdout === null ? '' : text(child.stdout);
    // More than a pipe holds: once it is written, somebody reads.
    await new Promise((resolve) => child.stdin?.write(`# ${'x'.repeat(1 << 20)}\n`, resolve));
    child.kill('SIGINT');
    const [code, signal] = await once(child, 'close');
    assert.deepEqual([code, signal, await output], [130, null, '']);
  });

  it('loads no library but two small ones to show its help', async () => {
    const child = start(['--help'], { NODE_DEBUG: 'esm' });
    const [errors] = await Promise.all([child.stderr === null ? '' : text(child.stderr), once(child, 'close')]);
    const loaded = [...errors.matchAll(/node_modules\/((?:@[\w-]+\/)?[\w-]+)/g)].map((match) => match[1]);
    assert.deepEqual(new Set(loaded), new Set(['commander', 'yaml']));
  });
});

describe('files of the process shell', () => {
  it('are saved once whole, over nobody else, and leave nothing when their source fails', async (t) => {
    const room = await makeRoom(t);
    const shell = createProcessShell(new AbortController().signal);
    const path = join(room, 'etcd.db');
    async function* parts(fails: boolean): AsyncGenerator<Uint8Array> {
      yield Buffer.from('one ');
      if (fails) throw new Error('cut off');
      yield Buffer.from('two');
    }
    await assert.rejects(shell.saveFile(path, parts(true)), /cut off/);
    assert.deepEqual(await readdir(room), []);
    await shell.saveFile(path, parts(false));
    assert.equal(await shell.readFile(path), 'one two');
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    await assert.rejects(shell.saveFile(path, parts(false)), { code: 'CONFLICT' });
    assert.equal(await shell.readFile(path), 'one two');
    assert.deepEqual(await readdir(room), ['etcd.db']);
  });

  it('are written whole, and private ones for their owner only, with what leads to them', async (t) => {
    const room = await makeRoom(t);
    const shell = createProcessShell(new AbortController().signal);
    const path = join(room, 'a/b/config');
    await shell.writeFile(path, 'one', true);
    await shell.writeFile(path, 'two', true);
    assert.equal(await shell.readFile(path), 'two');
    assert.deepEqual([(await stat(path)).mode & 0o777, (await stat(join(room, 'a/b'))).mode & 0o777], [0o600, 0o700]);
    assert.deepEqual(await readdir(join(room, 'a/b')), ['config']);
    await shell.writeFile(join(room, 'open'), 'x', false);
    assert.equal((await stat(join(room, 'open'))).mode & 0o777, 0o644 & ~process.umask());
  });
});
