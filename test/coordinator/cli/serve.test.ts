import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeShell } from '../../../coordinator/cli/fake-shell.ts';
import { createProgram, runProgram } from '../../../coordinator/cli/program.ts';
import { createServeCommand, type ServeArguments } from '../../../coordinator/cli/serve-command.ts';

async function serve(...words: readonly string[]) {
  const shell = createFakeShell();
  const started: ServeArguments[] = [];
  const command = createServeCommand(async (given) => void started.push(given));
  const connect = (): never => assert.fail('nobody is to be reached');
  const program = createProgram({ shell, version: '1', name: 'vent', connect, extra: [command] });
  return { code: await runProgram(program, shell, ['serve', ...words]), errors: shell.errors(), started };
}

describe('the address that machines are told', () => {
  it('is an IPv4 address or a name', async () => {
    for (const address of ['10.0.0.5', 'vent.example.org']) {
      const { code, started } = await serve('--advertise', address);
      assert.deepEqual([code, started[0]?.advertise], [0, address]);
    }
  });

  it('is refused with a port, as an IPv6 address, or as anything that no document could hold', async () => {
    for (const address of ['10.0.0.5:7444', 'fd00::1', 'https://vent', 'a b', '']) {
      const { code, errors, started } = await serve('--advertise', address);
      assert.deepEqual([code, started], [2, []], address);
      assert.match(errors, /^error: cannot advertise .*\nhint: Name an IPv4 address or a host, without a port\.\n$/);
    }
  });
});
