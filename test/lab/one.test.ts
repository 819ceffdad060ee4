/** One machine with every role, flannel on its private address: brought up twice, and nothing left of it afterwards. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { createCluster } from './cluster.ts';
import { labName, labOptions, outputOf, removeStaleLabs } from './lab.ts';
import { type Snapshot, takeSnapshot } from './leak-snapshot.ts';
import { takePicture } from './picture.ts';
import { runPods } from './pods.ts';

const MINUTE = 60_000;
const SHAPE = { controlPlanes: 1, workers: 0, attach: 'address' } as const;

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

  it('leaves nothing on the computer', { timeout: MINUTE }, async () => {
    await lab.down();
    assert.deepEqual(await takeSnapshot(lab.names, lab.children), earlier);
  });
});
