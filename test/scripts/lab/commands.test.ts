import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { createFakeShell } from '../../../coordinator/cli/fake-shell.ts';
import { createProgram, runProgram } from '../../../coordinator/cli/program.ts';
import { createLabCommand } from '../../../scripts/lab/commands.ts';
import type { MachineOrder } from '../../../scripts/lab/facility/machines.ts';
import type { AddressRow } from '../../../scripts/lab/facility/records.ts';
import type { Lab } from '../../../scripts/lab/lab.ts';
import { nameInstance, nameMachine } from '../../../scripts/lab/names.ts';
import { writeSettings } from '../../../scripts/lab/settings.ts';

const ID = '0f6f6f6f-8d0f-4a53-9f0e-0d6f6f6f6f6f';

function addressOf(address: string, isPublic: boolean): AddressRow {
  const block = { network: address, netmask: '255.255.255.254', cidr: 31, id: address };
  return {
    ...{ ...block, family: 4, public: isPublic, management: true, address, gateway: address },
    ...{ createdAt: '2026-01-01T00:00:00Z', parent: block },
  };
}

const ORDER: MachineOrder = {
  ...{ id: ID, hostname: 'workers-1', os: 'debian_12', plan: 'c2.medium.x86', macs: [], sshKeys: [] },
  addresses: [addressOf('198.51.100.3', true), addressOf('10.80.0.3', false)],
};

describe('vent lab', () => {
  let room: string;
  before(async () => {
    room = await mkdtemp(join(tmpdir(), 'vent-lab-'));
    const names = nameInstance('main', room);
    await mkdir(nameMachine(names, ID).directory, { recursive: true });
    await writeSettings(names);
    await writeFile(nameMachine(names, ID).order, JSON.stringify(ORDER));
  });
  after(() => rm(room, { recursive: true }));

  /** Runs a command line; what it starts on the terminal ends with `code`. */
  async function run(words: readonly string[], code = 0) {
    const shell = createFakeShell();
    const attached: (readonly string[])[] = [];
    const no = (): never => assert.fail('not wanted here');
    const open = async (instance: string): Promise<Lab> => ({
      names: nameInstance(instance, room),
      children: {
        ...{ run: no, need: no, detach: no },
        async attach(argv) {
          attached.push(argv);
          return code;
        },
      },
      ...{ up: no, startFacility: no, startCoordinator: no, execute: no, down: no },
      reset: async () => undefined,
      enter: async (machine, argv) => ['enter', machine, ...argv],
      consoleOf: async (machine) => `/consoles/${machine}`,
    });
    const extra = [createLabCommand(open)];
    const program = createProgram({ shell, version: '', name: 'vent', connect: no, extra });
    const status = await runProgram(program, shell, ['lab', ...words]);
    return { status, attached, output: shell.output(), errors: shell.errors() };
  }

  it('info gives programs every key, also of what is not there yet', async () => {
    const { output } = await run(['info', '-o', 'json']);
    const info = JSON.parse(output);
    assert.deepEqual(Object.keys(info), ['facility', 'coordinator', 'kubeconfig', 'kubectl', 'machines']);
    assert.deepEqual(Object.keys(info.facility), ['url', 'token', 'project']);
    assert.deepEqual(Object.keys(info.coordinator), ['address', 'enrol', 'http']);
    assert.match(info.facility.url, /^http:\/\/127\.0\.0\.1:\d+\/metal\/v1$/);
    assert.match(info.coordinator.address, /^127\.0\.0\.1:\d+$/);
    assert.match(info.coordinator.http, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.deepEqual([info.kubeconfig, info.kubectl], [null, null]);
    const addresses = { publicIPv4: '198.51.100.3', privateIPv4: '10.80.0.3' };
    assert.deepEqual(info.machines, [{ name: 'workers-1', role: '', state: 'off', ...addresses, id: ID }]);
  });

  it('info shows people a table, and keeps the token to itself', async () => {
    const { output } = await run(['info']);
    assert.match(output, /^Kubeconfig +not yet$/m);
    assert.match(
      output,
      /^NAME +ROLE +STATE +PUBLIC-IP +PRIVATE-IP\nworkers-1 +<none> +off +198\.51\.100\.3 +10\.80\.0\.3$/m,
    );
    const { token } = JSON.parse((await run(['info', '-o', 'json'])).output).facility;
    assert.ok(!output.includes(token));
  });

  it('info of a lab that is not up says how to start it', async () => {
    const { status, errors } = await run(['info', '--instance', 'other']);
    assert.equal(status, 1);
    assert.match(errors, /cannot find lab other: it is not up\nhint: .*vent lab up --instance other/);
  });

  it("exec passes words as they are and ends with the command's exit code", async () => {
    const words = ['sh', '-c', 'exit "$1"', '--', '$HOME', '', '-f', 'a b'];
    const { status, attached } = await run(['exec', 'workers-1', '--', ...words], 42);
    assert.deepEqual(attached, [['enter', 'workers-1', ...words]]);
    assert.equal(status, 42);
    assert.equal((await run(['exec', 'workers-1'])).status, 2);
  });

  it('logs reads the journal, or the console of a machine that need not run', async () => {
    assert.deepEqual((await run(['logs', 'workers-1', '-f'])).attached, [
      ['enter', 'workers-1', 'journalctl', '--no-pager', '--follow'],
    ]);
    const { attached, status } = await run(['logs', 'workers-1', '--console'], 1);
    assert.deepEqual(attached, [['tail', '--lines=+1', '/consoles/workers-1']]);
    assert.equal(status, 1);
  });

  it('kubectl needs a cluster', async () => {
    const { status, errors, attached } = await run(['kubectl', '--', 'get', 'nodes']);
    assert.deepEqual([status, attached], [1, []]);
    assert.match(errors, /hint: .*npm start/);
  });
});
