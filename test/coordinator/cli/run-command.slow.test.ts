/** Programs of operators, with real processes. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runCommand } from '../../../coordinator/cli/run-command.ts';

const MINUTE = 60_000;
const FREE = new AbortController().signal;

const sh = (script: string, milliseconds = MINUTE, signal = FREE) =>
  runCommand(['sh', '-c', script], milliseconds, signal);

describe('a program of an operator', () => {
  it('is told by how it ended and the last line that it printed', async () => {
    assert.deepEqual(await sh('echo one; echo two'), { isDone: true, ending: 'exit 0', lastLine: 'two' });
    assert.deepEqual(await sh('echo out; echo why >&2; exit 3'), { isDone: false, ending: 'exit 3', lastLine: 'why' });
    assert.equal((await sh('kill -SEGV $$')).ending, 'killed by SIGSEGV');
  });

  it('gets its words as they are, and no shell', async () => {
    assert.equal((await runCommand(['echo', '$HOME; echo x'], MINUTE, FREE)).lastLine, '$HOME; echo x');
  });

  it('that is not there is told so', async () => {
    assert.match((await runCommand(['/no/such/program'], MINUTE, FREE)).ending, /^it cannot be started: .*ENOENT/);
  });

  it('is ended with its children when its time is over', async () => {
    const begun = Date.now();
    const { isDone, ending } = await sh('sleep 300 & sleep 300', 200);
    assert.deepEqual([isDone, ending], [false, 'no end within 0.2 s']);
    assert.ok(Date.now() - begun < MINUTE);
  });

  it('is ended when the operator ends vent', async () => {
    const ending = new AbortController();
    const running = sh('echo begun; exec sleep 300', MINUTE, ending.signal);
    ending.abort();
    assert.equal((await running).isDone, false);
  });

  it('may print as much as it likes, and leave a child that holds its output', async () => {
    assert.equal((await sh('yes | head -c 3000000; echo; echo end')).lastLine, 'end');
    assert.equal((await sh('setsid sleep 3 & echo end')).ending, 'exit 0');
  });
});
