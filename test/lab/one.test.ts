/** One machine with every role, flannel on its private address: brought up twice, and nothing left of it afterwards. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as z from 'zod';
import { inNamespace } from '../../scripts/lab/network.ts';
import { createCluster } from './cluster.ts';
import { labName, labOptions, outputOf, removeStaleLabs } from './lab.ts';
import { type Snapshot, takeSnapshot } from './leak-snapshot.ts';
import { takePicture } from './picture.ts';
import { runPods } from './pods.ts';

const MINUTE = 60_000;
const SHAPE = { controlPlanes: 1, workers: 0, attach: 'address' } as const;

const listSchema = z.object({ items: z.array(z.object({ holder: z.string(), name: z.string(), serial: z.string() })) });

/** A kubeconfig that somebody keeps by hand. */
const THEIRS = `# my clusters
apiVersion: v1
kind: Config
clusters:
  - name: other # at home
    cluster:
      server: https://192.0.2.1:6443
users: []
contexts:
  - name: other
    context: { cluster: other, user: me }
current-context: other`;

describe('a cluster of one machine', labOptions, () => {
  const cluster = createCluster(labName('one'));
  const { lab } = cluster;
  let earlier: Snapshot;

  before(async () => {
    await removeStaleLabs();
    earlier = await takeSnapshot(lab.names, lab.children);
    await cluster.start(SHAPE);
  });
  after(() => lab.down());

  it('runs pods of both runtimes beside the control plane', { timeout: 2 * MINUTE }, async () => {
    await cluster.importBusybox('control-1');
    const pod = { machine: 'control-1', command: 'dmesg; while :; do sleep 3600; done' };
    await runPods(cluster, [
      { name: 'plain', ...pod },
      { name: 'sandboxed', ...pod, runtimeClass: 'gvisor' },
    ]);
    assert.match(await cluster.kubectl(['logs', 'sandboxed']), /Starting gVisor\.\.\./);
    assert.doesNotMatch(await cluster.kubectl(['logs', 'plain']), /Starting gVisor\.\.\./);
  });

  it('leaves the private address where the facility put it', { timeout: MINUTE }, async () => {
    const links = await outputOf(lab, 'control-1', ['ip', '-d', 'link']);
    assert.doesNotMatch(links, /macvlan/);
    assert.match(links, /vxlan id 1 local 10\.80\.0\.3 dev bond0 /);
    assert.match(await outputOf(lab, 'control-1', ['ip', '-4', '-o', 'address']), / bond0 +inet 10\.80\.0\.3\/31 /);
  });

  it('changes nothing when it is brought up again', { timeout: 3 * MINUTE }, async () => {
    const machine = await takePicture(cluster, 'control-1');
    const ids = (await cluster.machines()).map(({ id }) => id);
    assert.match(await cluster.start(SHAPE), /^Your cluster is ready/m);
    assert.deepEqual(await takePicture(cluster, 'control-1'), machine);
    assert.deepEqual(
      (await cluster.machines()).map(({ id }) => id),
      ids,
    );
    assert.equal(await outputOf(lab, 'control-1', ['vent-agent', 'plan']), 'nothing to do');
  });

  it('lists the certificates that are on the machine, by number and name', { timeout: MINUTE }, async () => {
    const { items } = listSchema.parse(JSON.parse(await cluster.vent(['certificates', '-o', 'json'])));
    const listed = items.flatMap(({ holder, name, serial }) => (holder === 'control-1' ? [`${name} ${serial}`] : []));
    const files = { etcd: '/etc/etcd/etcd.pem', kubelet: '/etc/kubernetes/kubelet/kubelet.pem' };
    for (const [name, path] of Object.entries(files)) {
      const serial = await outputOf(lab, 'control-1', ['openssl', 'x509', '-noout', '-serial', '-in', path]);
      assert.ok(listed.includes(`${name} ${serial.replace('serial=', '')}`), listed.join('\n'));
    }
  });

  it('is waited for, and exit code 4 says that it was in vain', { timeout: MINUTE }, async () => {
    await cluster.vent(['wait', '--timeout', '30s']);
    await cluster.vent(['wait', 'control-1', '--for', 'state=ready', '--timeout', '30s']);
    await assert.rejects(cluster.vent(['wait', '--for', 'nodes=2', '--timeout', '1s']), /exit code 4: .*cannot wait/s);
  });

  it('adds its way in to a kubeconfig, in which everything else stays', { timeout: MINUTE }, async () => {
    const path = join(lab.names.directory, 'theirs.kubeconfig');
    await writeFile(path, THEIRS);
    await cluster.vent(['kubeconfig', path]);
    const text = await readFile(path, 'utf8');
    const kept = THEIRS.split('\n').filter((line) => line !== 'users: []');
    for (const line of kept) assert.ok(text.split('\n').includes(line), line);
    const kubectl = [lab.names.kubectl, '--kubeconfig', path, '--context', 'lab', 'get', 'nodes', '-o', 'name'];
    // From where its servers are reached without the relay.
    const nodes = await lab.children.need(inNamespace(lab.names.coordinator, kubectl));
    assert.equal(nodes.trim(), 'node/control-1');
  });

  it('has its machines completed by bash', { timeout: MINUTE }, async () => {
    const script = `${await cluster.vent(['completion', 'bash'])}
      COMP_WORDS=(bin/vent describe node con); COMP_CWORD=3; _vent; echo "\${COMPREPLY[@]}"`;
    assert.equal((await cluster.bash(script)).trim(), 'control-1');
  });

  it('leaves nothing on the computer', { timeout: MINUTE }, async () => {
    await lab.down();
    assert.deepEqual(await takeSnapshot(lab.names, lab.children), earlier);
  });
});
