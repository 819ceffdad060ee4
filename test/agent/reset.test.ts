import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { FakeHost } from '../../agent/host/fake/host.ts';
import { wireLikePacket } from '../../agent/host/fake/wiring.ts';
import { Crash } from '../../agent/host/fake/world.ts';
import { describeReset, refuseMember, resetMachine } from '../../agent/reset.ts';
import { isResetting, markReset } from '../../agent/reset-mark.ts';
import type { NodeDocument, Resource } from '../../shared/document.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { createTestMachine, makeDocument, makeFile, makeUnit, type TestMachine } from './machine.ts';
import { VENT0 } from './vent0.ts';

const RESIDUE: Resource = {
  kind: 'residue',
  name: 'pods',
  processes: { argument: 'shim' },
  mounts: ['/run/containerd/*'],
  paths: ['/var/lib/containerd'],
};
const DOCUMENT: NodeDocument = makeDocument({
  flannel: [VENT0],
  kernel: [{ kind: 'sysctl', name: 'vent', values: { 'net.ipv4.ip_forward': '1' } }],
  containerd: [RESIDUE, makeFile('/etc/containerd/config.toml', 'x'), makeUnit('containerd.service')],
});

/** A machine with the agent as the userdata script installs it, beside files that are somebody else's. */
function prepare(machine: TestMachine): void {
  const { host } = machine;
  wireLikePacket(host.networking);
  host.sysctls.set('net.ipv4.ip_forward', '0');
  host.tree.putFile('/etc/containerd-theirs', 'theirs');
}

async function install({ host }: TestMachine): Promise<void> {
  host.tree.putFile('/opt/vent/agent/current/vent-agent', 'program');
  host.tree.putFile('/etc/vent/agent/identity.json', '{}');
  host.tree.putFile('/etc/systemd/system/vent-agent.service', '[Service]\nExecStart=x\n[Install]\n');
  await host.files.link('/usr/local/bin/vent-agent', '/opt/vent/agent/current/vent-agent');
  await host.units.enable('vent-agent.service');
  await host.units.start('vent-agent.service');
}

/** What the programs made that Vent started. */
function runPods(host: FakeHost): void {
  host.running.set(7, { pid: 7, parent: 1, argv: ['x', 'shim'], controlGroups: [], startedAt: '7' });
  host.mounted.push('/run/containerd/rootfs');
  host.tree.putFile('/var/lib/containerd/io/x', '');
}

async function createUsedMachine() {
  const machine = createTestMachine();
  prepare(machine);
  await machine.host.files.makeDirectory('/usr/local/bin', { mode: '0755', owner: 'root:root' });
  const before = machine.host.snapshot();
  await install(machine);
  assert.equal(await machine.pass(DOCUMENT), 'converged');
  runPods(machine.host);
  return { machine, before };
}

function reset(machine: TestMachine, leave: () => Promise<void> = async () => undefined): Promise<void> {
  return resetMachine({ ...machine, log: silentLog, signal: new AbortController().signal }, leave);
}

/** /etc/nftables.d is a folder that Vent may have made, so an empty one goes. */
function withoutFolders(snapshot: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...snapshot].filter(([path]) => path !== '/etc/nftables.d'));
}

describe('a reset', () => {
  it('leaves the machine as it was before Vent', async () => {
    const { machine, before } = await createUsedMachine();
    await reset(machine);
    assert.deepEqual(withoutFolders(machine.host.snapshot()), withoutFolders(before));
    assert.equal(machine.host.sysctls.get('net.ipv4.ip_forward'), '0');
    assert.equal(machine.host.systemd.isActive('vent-agent.service'), false);
  });

  it('tells the coordinator when everything but the identity is gone', async () => {
    const { machine } = await createUsedMachine();
    let told = 0;
    await reset(machine, async () => {
      told += 1;
      assert.equal(machine.host.tree.nodes.has('/etc/containerd/config.toml'), false);
      assert.equal(machine.host.tree.nodes.has('/etc/vent/agent/identity.json'), true);
    });
    assert.equal(told, 1);
  });

  it('does not need the coordinator', async () => {
    const { machine, before } = await createUsedMachine();
    await reset(machine, async () => await Promise.reject(new Error('nobody answers')));
    assert.deepEqual(withoutFolders(machine.host.snapshot()), withoutFolders(before));
  });

  it('is marked from its first write to its last, and goes on from wherever it was killed', async () => {
    for (let writes = 1; ; writes += 1) {
      const { machine, before } = await createUsedMachine();
      machine.host.faults.revive();
      machine.host.faults.crashAfter(writes);
      const wasKilled = await reset(machine).then(
        () => false,
        (thrown: unknown) => {
          if (thrown instanceof Crash) return true;
          throw thrown;
        },
      );
      machine.host.faults.revive();
      if (!wasKilled) break;
      assert.equal(await isResetting(machine.host.files), true, `after ${writes} writes`);
      await reset(machine);
      assert.deepEqual(withoutFolders(machine.host.snapshot()), withoutFolders(before), `after ${writes} writes`);
    }
  });

  it('keeps identity and mark when something cannot be undone', async () => {
    const { machine } = await createUsedMachine();
    const link = { name: 'cni0', mac: '', mtu: 1, up: true, type: 'bond', parent: undefined, addresses: [] };
    machine.host.networking.links.set('cni0', link);
    const theirs = makeDocument({ ...Object.fromEntries(DOCUMENT.components.map((one) => [one.name, one.resources])) });
    theirs.components.push({ name: 'cni', resources: [{ kind: 'residue', name: 'cni', links: ['cni0'] }] });
    await machine.pass(theirs);
    await assert.rejects(reset(machine), { code: 'PATH_REFUSED' });
    assert.equal(await isResetting(machine.host.files), true);
    assert.equal(machine.host.tree.nodes.has('/etc/vent/agent/identity.json'), true);
    assert.equal(machine.host.tree.nodes.has('/etc/containerd/config.toml'), false);
  });

  it('says beforehand what it would do, and changes nothing', async () => {
    const { machine } = await createUsedMachine();
    const { host, kinds } = machine;
    const before = host.snapshot();
    const text = await describeReset({ host, kinds, log: silentLog });
    for (const line of ['residue:pods: stop 1 process: x', 'unit:containerd.service: stop containerd.service'])
      assert.ok(text.split('\n').includes(line), text);
    assert.match(text, /^agent: remove \/opt\/vent$/m);
    assert.deepEqual(host.snapshot(), before);
  });
});

describe('a machine with a member of etcd', () => {
  it('is not reset unless somebody forces it', async () => {
    const machine = createTestMachine();
    await machine.pass(makeDocument({ etcd: [makeUnit('etcd.service')] }));
    await assert.rejects(refuseMember(machine.host, silentLog), { code: 'RESET_REFUSED', message: /rule: / });
  });

  it('is not confused with others', async () => {
    const { machine } = await createUsedMachine();
    await refuseMember(machine.host, silentLog);
    await markReset(machine.host.files);
    assert.equal(await isResetting(machine.host.files), true);
  });
});
