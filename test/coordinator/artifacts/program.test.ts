import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { runProgram } from '../../../coordinator/artifacts/program.ts';

const node = (script: string): [string, ...string[]] => [process.execPath, '-e', script];

describe('a program of the host', () => {
  it('gives its code, its output and the end of its complaint', async () => {
    const lines: string[] = [];
    const script = 'console.log("out"); for (let i = 0; i < 9; i += 1) console.error(i); process.exit(3)';
    const result = await runProgram(node(script), { milliseconds: 10_000, onLine: (line) => lines.push(line) });
    assert.deepEqual(result, { code: 3, output: 'out\n', complaint: '3\n4\n5\n6\n7\n8' });
    assert.equal(lines.length, 9);
  });

  it('sees the added environment', async () => {
    const environment = { VENT_TEST: 'yes' };
    const result = await runProgram(node('console.log(process.env.VENT_TEST)'), { environment, milliseconds: 10_000 });
    assert.equal(result.output, 'yes\n');
  });

  it('that does not exist is something the host lacks', async () => {
    await assert.rejects(runProgram(['vent-no-such-program'], { milliseconds: 1000 }), { code: 'HOST_UNSUPPORTED' });
  });

  it('is ended, with all it started, when time runs out or the work is interrupted', async () => {
    const parent = `
      const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      console.error(child.pid); setInterval(() => {}, 1000)`;
    const stop = new AbortController();
    let grandchild = 0;
    const onLine = (line: string): void => {
      grandchild = Number(line);
      stop.abort();
    };
    const running = runProgram(node(parent), { milliseconds: 60_000, signal: stop.signal, onLine });
    await assert.rejects(running, { code: 'CANCELLED' });
    await assert.doesNotReject(untilGone(grandchild));
    await assert.rejects(runProgram(node('setInterval(() => {}, 1000)'), { milliseconds: 50 }), {
      code: 'COMMAND_FAILED',
    });
  });
});

async function untilGone(pid: number): Promise<void> {
  const deadline = Date.now() + 5000;
  while (Date.now() < deadline) {
    try {
      process.kill(pid, 0);
    } catch {
      return;
    }
    await setTimeout(5);
  }
  throw new Error(`process ${pid} is still there`);
}
