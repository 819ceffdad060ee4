import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Resource } from '../../../shared/document.ts';
import { createTestMachine, makeDocument, makeFile, makeUnit, type TestMachine } from '../machine.ts';
import { makeSampleDocument } from '../sample-document.ts';

/** The plan of one resource, without its id. */
async function sentences(machine: TestMachine, resource: Resource): Promise<readonly string[]> {
  const lines = await machine.plan(makeDocument({ a: [resource] }));
  return lines.map((line) => line.slice(`${resource.kind}:${resource.name}: `.length));
}

describe('a plan reads as sentences', () => {
  it('for a bare machine', async () => {
    const machine = createTestMachine();
    assert.deepEqual(
      (await machine.plan(makeSampleDocument(machine))).map((line) => line.replace(/^\w+:\S+: /, '')),
      [
        'create user vent-kubelet: missing',
        'write /etc/kubernetes/ca.pem (0644 root:root): missing',
        'obtain certificate kubelet from authority kubernetes: missing',
        'write /etc/kubernetes/token (0600 root:root) with secret token, version 1: never written',
        'write /etc/systemd/system/vent-prepare.service (0644 root:root): missing',
        'write /etc/systemd/system/vent-prepare.service.d/50-vent.conf (0644 root:root): missing',
        'reload systemd: the files of vent-prepare.service changed',
        'enable vent-prepare.service: not enabled',
        'start vent-prepare.service: inactive',
        'write /etc/systemd/system/kubelet.service (0644 root:root): missing',
        'write /etc/systemd/system/kubelet.service.d/50-vent.conf (0644 root:root): missing',
        'reload systemd: the files of kubelet.service changed',
        'enable kubelet.service: not enabled',
        'start kubelet.service: inactive',
        'download containerd 2.3.7 (1 kB): missing',
        'link /opt/vent/bin/containerd to sha256-eb175d98cfa0: missing',
        'make directory /etc/containerd (0755 root:root): missing',
        'write /etc/containerd/config.toml (0644 root:root): missing',
        'write /etc/systemd/system/containerd.service (0644 root:root): missing',
        'write /etc/systemd/system/containerd.service.d/50-vent.conf (0644 root:root): missing',
        'reload systemd: the files of containerd.service changed',
        'enable containerd.service: not enabled',
        'start containerd.service: inactive',
        'wait until containerd is ready',
        'download image vent/pause:1 (1 kB): missing',
        'import image vent/pause:1: containerd does not answer',
        'install conntrack, socat: not installed',
        'write /etc/modules-load.d/vent.conf (0644 root:root): missing',
        'load module overlay: not loaded',
        'load module br_netfilter: not loaded',
        'write /etc/sysctl.d/50-vent.conf (0644 root:root): missing',
        'set net.ipv4.ip_forward to 1: it is 0',
      ],
    );
  });

  it('that say what differs about a file', async () => {
    const machine = createTestMachine();
    const file = makeFile('/etc/vent/x', 'x');
    const { tree } = machine.host;
    tree.putFile('/etc/vent/x', 'y');
    assert.deepEqual(await sentences(machine, file), ['write /etc/vent/x (0644 root:root): content differs']);
    tree.putFile('/etc/vent/x', 'x', { mode: '0666', owner: 'root:root' });
    assert.deepEqual(await sentences(machine, file), ['write /etc/vent/x (0644 root:root): mode is 0666']);
    tree.putFile('/etc/vent/x', 'x', { mode: '0644', owner: 'daemon:root' });
    assert.deepEqual(await sentences(machine, file), ['write /etc/vent/x (0644 root:root): owner is daemon:root']);
    await machine.host.files.link('/etc/vent/x', '/etc/passwd');
    assert.deepEqual(await sentences(machine, file), ['write /etc/vent/x (0644 root:root): a symlink is in its place']);
  });

  it('that say why a unit is started or restarted', async () => {
    const machine = createTestMachine();
    const unit = makeUnit('kubelet.service');
    const run = async (): Promise<string | undefined> => (await sentences(machine, unit)).at(-1);
    machine.host.tree.putFile('/etc/systemd/system/kubelet.service', unit.content);
    await machine.host.units.start('kubelet.service');
    assert.equal(await run(), 'restart kubelet.service: it was not started by Vent');
    await machine.pass(makeDocument({ a: [unit] }));
    assert.equal(await run(), undefined);
    machine.host.systemd.fail('kubelet.service');
    assert.equal(await run(), 'start kubelet.service: failed (exit-code)');
    await machine.pass(makeDocument({ a: [unit] }));
    const other = makeUnit('kubelet.service', {}, 'Nice=5');
    assert.equal((await sentences(machine, other)).at(-1), 'restart kubelet.service: unit:kubelet.service changed');
  });

  it('that say which secret, and never its value', async () => {
    const machine = createTestMachine();
    machine.supply.secrets.set('k@1', 'canary-one').set('k@2', 'canary-two');
    const make = (version: number): Resource => ({
      kind: 'secret',
      name: '/etc/vent/k',
      secret: 'k',
      version,
      mode: '0600',
      owner: 'root:root',
    });
    await machine.pass(makeDocument({ a: [make(1)] }));
    const prefix = 'write /etc/vent/k (0600 root:root) with secret k, version';
    assert.deepEqual(await sentences(machine, make(2)), [`${prefix} 2: it holds version 1`]);
    machine.host.tree.putFile('/etc/vent/k', 'canary-three', { mode: '0600', owner: 'root:root' });
    assert.deepEqual(await sentences(machine, make(1)), [`${prefix} 1: content differs`]);
    const stamps = [...machine.host.tree.nodes].filter(([path]) => path.startsWith('/var/lib/vent/'));
    for (const [, node] of stamps) assert.doesNotMatch(new TextDecoder().decode(node.content), /canary/);
  });
});
