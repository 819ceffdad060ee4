import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeHost, type FakeHost } from '../../../agent/host/fake/host.ts';
import type { Process } from '../../../agent/host/host.ts';
import { createResidueKind } from '../../../agent/kinds/residue.ts';
import type { ResourceOf } from '../../../shared/document.ts';

const SOCKET = '/run/containerd/containerd.sock';
const RESIDUE: ResourceOf<'residue'> = {
  kind: 'residue',
  name: 'pods',
  processes: { argument: SOCKET, controlGroup: 'kubepods' },
  mounts: ['/run/containerd/*', '/run/netns/cni-*'],
  links: ['cni0'],
  tables: ['ip kube-proxy'],
  chains: ['KUBE-'],
  paths: ['/run/netns/cni-*', '/var/lib/containerd'],
};

function run(host: FakeHost, pid: number, parent: number, argv: readonly string[], group = '/'): void {
  const process: Process = { pid, parent, argv, controlGroups: [group], startedAt: String(pid) };
  host.running.set(pid, process);
}

/** A machine on which a pod runs beside what is nobody's business. */
function createMachine(): FakeHost {
  const host = createFakeHost();
  run(host, 10, 1, ['/usr/sbin/sshd']);
  run(host, 20, 1, ['/opt/vent/store/sha256-1', '-namespace', 'k8s.io', '-address', SOCKET]);
  run(host, 21, 20, ['/pause']);
  run(host, 22, 21, ['sleep', '3600']);
  run(host, 30, 1, ['orphan'], '/kubepods/burstable/pod1');
  host.mounted.push('/', '/run/containerd/a/rootfs', '/run/netns/cni-1', '/run/containerd/a/rootfs');
  for (const path of ['/run/netns/cni-1', '/run/netns/theirs', '/var/lib/containerd/io/x']) host.tree.putFile(path, '');
  host.networking.links.set('cni0', {
    name: 'cni0',
    mac: '',
    mtu: 1450,
    up: true,
    type: 'bridge',
    parent: undefined,
    addresses: [],
  });
  host.networking.tables.set('ip kube-proxy', new Map());
  host.networking.chains.push(
    { family: 'ip', table: 'nat', name: 'KUBE-MARK' },
    { family: 'ip', table: 'nat', name: 'DOCKER' },
  );
  return host;
}

async function removeAll(host: FakeHost, residue = RESIDUE): Promise<void> {
  for (const step of await createResidueKind().remove(residue, host, []))
    await step.apply(host, new AbortController().signal);
}

describe('kind residue', () => {
  it('says what it would undo, processes first and files last', async () => {
    const steps = await createResidueKind().remove(RESIDUE, createMachine(), []);
    assert.deepEqual(
      steps.map(({ sentence }) => sentence),
      [
        'stop 4 processes: orphan, pause, sha256-1, sleep',
        'unmount /run/containerd/a/rootfs',
        'unmount /run/netns/cni-1',
        'unmount /run/containerd/a/rootfs',
        'remove interface cni0',
        'remove table ip kube-proxy',
        'remove 1 chain of iptables from table ip nat',
        'remove /run/netns/cni-1',
        'remove /var/lib/containerd',
      ],
    );
  });

  it('undoes it and leaves what is not named', async () => {
    const host = createMachine();
    await removeAll(host);
    assert.deepEqual([...host.running.keys()], [10]);
    assert.deepEqual(host.mounted, ['/']);
    assert.deepEqual([...host.networking.links.keys()], []);
    assert.deepEqual(
      host.networking.chains.map(({ name }) => name),
      ['DOCKER'],
    );
    assert.equal(host.tree.nodes.has('/run/netns/theirs'), true);
    assert.equal(host.tree.nodes.has('/var/lib/containerd'), false);
    assert.deepEqual(await createResidueKind().remove(RESIDUE, host, []), []);
  });

  it('ends the processes of pods before the shims that wait for them', async () => {
    const host = createMachine();
    await removeAll(host);
    assert.deepEqual(
      host.actions.filter((action) => action.startsWith('stop')),
      ['stop processes 30 21 22', 'stop processes 20'],
    );
  });

  it('empties a file system that somebody mounted in a place, and leaves it mounted', async () => {
    const host = createMachine();
    host.mounted.push('/var/lib/containerd');
    await removeAll(host);
    assert.deepEqual(host.mounted, ['/', '/var/lib/containerd']);
    assert.equal(host.tree.nodes.has('/var/lib/containerd'), true);
    assert.equal(host.tree.nodes.has('/var/lib/containerd/io'), false);
  });

  it('refuses an interface of the machine', async () => {
    const host = createMachine();
    const link = { name: 'bond0', mac: '', mtu: 1500, up: true, type: 'bond', parent: undefined, addresses: [] };
    host.networking.links.set('bond0', link);
    await assert.rejects(createResidueKind().remove({ ...RESIDUE, links: ['bond0'] }, host, []), {
      code: 'PATH_REFUSED',
    });
  });
});
