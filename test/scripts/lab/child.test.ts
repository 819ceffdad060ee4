import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createChildren, DAEMON, OWNER } from '../../../scripts/lab/child.ts';
import { enterCommand } from '../../../scripts/lab/machine.ts';

const children = createChildren('/labs/one');
const node = (code: string): readonly string[] => [process.execPath, '--eval', code];

describe('a child', () => {
  it('gives what it says on either pipe, and its exit code', async () => {
    const code = 'console.log("out"); console.error("err"); process.exitCode = 3';
    assert.deepEqual(await children.run(node(code)), { code: 3, stdout: 'out\n', stderr: 'err\n' });
  });

  it('has its input, and may end without reading it', async () => {
    assert.equal((await children.run(['cat'], { input: 'given' })).stdout, 'given');
    assert.equal((await children.run(['true'], { input: 'x'.repeat(1_000_000) })).code, 0);
  });

  it('carries the mark of its lab, and not that of the daemon that started it', async () => {
    const code = `process.stdout.write(JSON.stringify([process.env.${OWNER}, process.env.${DAEMON}]))`;
    assert.deepEqual(JSON.parse(await children.need(node(code))), ['/labs/one', '']);
  });

  it('that fails, is not there or takes too long is an error of one code', async () => {
    await assert.rejects(children.need(node('console.error("why"); process.exit(1)')), {
      code: 'COMMAND_FAILED',
      message: /exit code 1: why$/,
    });
    await assert.rejects(children.run(['/nonexistent/program']), { code: 'COMMAND_FAILED' });
    await assert.rejects(children.run(['sleep', '30'], { milliseconds: 50 }), { code: 'COMMAND_FAILED' });
  });
});

describe('a command in a machine', () => {
  it('enters every namespace of its init, with nothing of the host’s environment', () => {
    const command = enterCommand(42, ['systemctl', 'status']);
    assert.deepEqual(command.slice(0, 7), ['nsenter', '--target', '42', '--all', '--', 'env', '-i']);
    assert.deepEqual(command.slice(-2), ['systemctl', 'status']);
  });
});
