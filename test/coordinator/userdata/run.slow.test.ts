import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { describe, it } from 'node:test';
import { agentUnit } from '../../../coordinator/userdata/agent-unit.ts';
import { createBench } from './bench.ts';
import { createMachine, missingMachine } from './machine.ts';
import { DEVICE } from './metadata.ts';

const SHELLS = ['dash', 'bash'] as const;

const withoutTimes = (tree: ReadonlyMap<string, string>): readonly string[] =>
  [...tree].map(([path, state]) => `${path} ${state.split(' ', 1)} ${state.split(' ').at(-1)}`).toSorted();

describe('the script on a machine', { skip: missingMachine(), concurrency: 2 }, () => {
  for (const shell of SHELLS)
    it(`installs, configures and starts the agent under ${shell}`, async () => {
      await using bench = await createBench();
      const { machine, coordinator, metadata } = bench;
      const { status, output } = await machine.run(bench.script(), { shell });
      assert.equal(status, 0, output);

      const directory = `/opt/vent/agent/${coordinator.agent.sha256.slice(0, 12)}`;
      const tree = await machine.tree();
      const modeAndContent = (path: string): string[] => {
        const [mode = '', , , content = ''] = (tree.get(path) ?? '').split(' ');
        return [mode, content];
      };
      assert.deepEqual(modeAndContent('/opt/vent/agent/current'), ['120777', directory]);
      assert.deepEqual(modeAndContent(`${directory}/vent-agent`), [
        '100755',
        coordinator.agent.bytes.toString('base64'),
      ]);
      const program = '/opt/vent/agent/current/vent-agent';
      assert.deepEqual(modeAndContent('/usr/local/bin/vent-agent'), ['120777', program]);
      assert.equal(await machine.read('etc/systemd/system/vent-agent.service'), agentUnit());
      assert.deepEqual(modeAndContent('/etc/systemd/system/vent-agent.service')[0], '100644');
      assert.deepEqual(JSON.parse(await machine.read('etc/vent/agent/config.json')), {
        enrol: bench.input.enrolAddresses,
        roots: bench.input.roots.join(''),
        tokenId: bench.input.tokenId,
        secret: bench.input.secret,
        deviceId: DEVICE,
      });
      assert.equal(modeAndContent('/etc/vent/agent/config.json')[0], '100600');
      assert.equal(modeAndContent('/etc/vent/agent')[0], '40700');
      assert.deepEqual(await machine.calls('systemctl'), ['daemon-reload', 'enable --now --no-block vent-agent']);
      assert.deepEqual(
        metadata.states.map((body) => JSON.parse(body)).map(({ state, code }) => `${state} ${code}`),
        ['running 1001', 'running 1002', 'running 1003', 'running 1004'],
      );
      if (existsSync('/dev/console'))
        assert.match(await machine.read('console'), /^vent: downloading vent-agent-linux-x64 from https:/m);
      assert.ok(![output, ...metadata.states].join('').includes(bench.input.secret), 'the secret is shown');
    });

  it('changes nothing when it runs again, and downloads nothing', async () => {
    await using bench = await createBench();
    await bench.machine.run(bench.script());
    const before = await bench.machine.tree();
    bench.coordinator.requests.length = 0;
    const { status, output } = await bench.machine.run(bench.script(), { shell: 'bash' });
    assert.equal(status, 0, output);
    assert.deepEqual(await bench.machine.tree(), before);
    assert.deepEqual(bench.coordinator.requests, []);
  });

  it('goes on wherever it was killed', async () => {
    await using bench = await createBench();
    const runOn = async (
      killAt: number,
    ): Promise<{ readonly wasKilled: boolean; readonly files: readonly string[] }> => {
      await using machine = await createMachine();
      const wasKilled = killAt > 0 && (await machine.run(bench.script(), { killAt })).status !== 0;
      const { status, output } = await machine.run(bench.script());
      assert.equal(status, 0, output);
      return { wasKilled, files: withoutTimes(await machine.tree()) };
    };
    const { files: expected } = await runOn(0);
    let kills = 0;
    for (let goesOn = true; goesOn; ) {
      const { wasKilled, files } = await runOn(kills + 1);
      assert.deepEqual(files, expected, `killed at file ${kills + 1}`);
      kills += wasKilled ? 1 : 0;
      goesOn = wasKilled;
    }
    assert.equal(kills, 7);
  });

  it('asks no metadata service on a machine whose device id it was given', async () => {
    await using bench = await createBench();
    const { status, output } = await bench.machine.run(bench.script({ deviceId: 'rack-1:7' }));
    assert.equal(status, 0, output);
    assert.equal(JSON.parse(await bench.machine.read('etc/vent/agent/config.json')).deviceId, 'rack-1:7');
    assert.deepEqual(bench.metadata.requests, []);
  });

  it('refuses an architecture that no agent was built for, by name', async () => {
    await using bench = await createBench();
    const { status, output } = await bench.machine.run(bench.script(), { architecture: 'riscv64' });
    assert.equal(status, 1);
    assert.match(output, /^vent: cannot install the agent: there is none for riscv64$/m);
    assert.deepEqual(await bench.machine.calls('systemctl'), []);
  });

  it('does not mind a facility that refuses to hear of its progress', async () => {
    await using bench = await createBench();
    bench.metadata.refuseStates(500);
    assert.equal((await bench.machine.run(bench.script())).status, 0);
  });
});
