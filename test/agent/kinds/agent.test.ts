import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ResourceOf } from '../../../shared/document.ts';
import { createTestMachine, makeDocument, type TestMachine } from '../machine.ts';

const UNIT = '[Service]\nExecStart=/opt/vent/agent/current/vent-agent run\n';

/** A machine whose agent runs from the version that `current` names. */
async function createMachine(): Promise<{ readonly machine: TestMachine; readonly old: string }> {
  const machine = createTestMachine();
  const old = '/opt/vent/agent/0123456789ab';
  const { host } = machine;
  host.tree.putFile(`${old}/vent-agent`, 'old', { mode: '0755', owner: 'root:root' });
  host.tree.putFile('/etc/systemd/system/vent-agent.service', UNIT);
  await host.files.link('/opt/vent/agent/current', old);
  await host.units.start('vent-agent.service');
  const { mainPid } = await host.units.state('vent-agent.service');
  await host.files.link(`/proc/${mainPid}/exe`, `${old}/vent-agent`);
  return { machine, old };
}

function makeAgent({ supply }: TestMachine, text: string): ResourceOf<'agent'> {
  return { kind: 'agent', name: 'vent-agent', ...supply.publish(text) };
}

describe('kind agent', () => {
  it('says which version it switches to, from which, and that it starts anew', async () => {
    const { machine } = await createMachine();
    const agent = makeAgent(machine, 'new'.padEnd(1_000_000));
    const [download, change] = await machine.plan(makeDocument({ agent: [agent] }));
    assert.match(download ?? '', /download vent-agent \(1 MB\): missing$/);
    const wanted = agent.sha256.slice(0, 12);
    assert.equal(change, `agent:vent-agent: switch vent-agent to ${wanted} and start it anew: it is 0123456789ab`);
  });

  it('keeps the version before, and switches by a link', async () => {
    const { machine, old } = await createMachine();
    const agent = makeAgent(machine, 'new');
    await machine.pass(makeDocument({ agent: [agent] }));
    const { files } = machine.host;
    assert.equal((await files.stat('/opt/vent/agent/current'))?.target, `/opt/vent/agent/${agent.sha256.slice(0, 12)}`);
    assert.equal((await files.stat('/opt/vent/agent/previous'))?.target, old);
    assert.ok(machine.host.actions.includes('restart vent-agent.service'));
  });

  it('starts an agent anew that still runs the version before', async () => {
    const { machine } = await createMachine();
    const agent = makeAgent(machine, 'new');
    const directory = `/opt/vent/agent/${agent.sha256.slice(0, 12)}`;
    machine.host.tree.putFile(`${directory}/vent-agent`, 'new', { mode: '0755', owner: 'root:root' });
    await machine.host.files.link('/opt/vent/agent/current', directory);
    assert.equal((await machine.plan(makeDocument({ agent: [agent] }))).length, 1);
  });

  it('leaves an agent alone that somebody started from elsewhere', async () => {
    const { machine } = await createMachine();
    const { mainPid } = await machine.host.units.state('vent-agent.service');
    await machine.host.files.link(`/proc/${mainPid}/exe`, '/root/vent-agent');
    const agent = makeAgent(machine, 'old');
    machine.host.tree.putFile(`/opt/vent/agent/${agent.sha256.slice(0, 12)}/vent-agent`, 'old', {
      mode: '0755',
      owner: 'root:root',
    });
    await machine.host.files.link('/opt/vent/agent/current', `/opt/vent/agent/${agent.sha256.slice(0, 12)}`);
    assert.deepEqual(await machine.plan(makeDocument({ agent: [agent] })), []);
  });

  it('keeps two versions', async () => {
    const { machine } = await createMachine();
    const [first, second] = [makeAgent(machine, 'first'), makeAgent(machine, 'second')];
    await machine.pass(makeDocument({ agent: [first] }));
    await machine.pass(makeDocument({ agent: [second] }, 2));
    await machine.pass(makeDocument({ agent: [second] }, 2));
    const names = (await machine.host.files.list('/opt/vent/agent')).filter((name) => /^[0-9a-f]{12}$/.test(name));
    assert.deepEqual(names, [first, second].map(({ sha256 }) => sha256.slice(0, 12)).toSorted());
  });
});
