import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DrainOrder, describeStaying, drainNode } from '../../../coordinator/drain/node.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { createDrainCluster, type DrainCluster } from './cluster.ts';

const MINUTE = 60_000;

async function bench(): Promise<DrainCluster & { drain(order?: Partial<DrainOrder>): Promise<readonly string[]> }> {
  const clock = createEagerClock();
  const cluster = await createDrainCluster(clock);
  return {
    ...cluster,
    async drain(order = {}) {
      const whole: DrainOrder = {
        name: 'w1',
        who: 'all',
        deadline: clock.now() + MINUTE,
        accepts: ['emptyDir'],
        overridesBudgets: false,
        ...order,
      };
      const told: string[] = [];
      const options = { client: () => cluster.client, clock, random: () => 0.5 };
      for await (const staying of drainNode(options, whole, new AbortController().signal))
        told.push(describeStaying(staying));
      return told;
    },
  };
}

describe('draining a machine', () => {
  it("evicts its pods, and leaves DaemonSets', mirrors and what has ended", async () => {
    const cluster = await bench();
    await cluster.addPod('web');
    await cluster.addPod('scratch', { owner: 'ReplicaSet', hasEmptyDir: true });
    await cluster.addPod('agent', { owner: 'DaemonSet' });
    await cluster.addPod('mirror', { isMirror: true });
    await cluster.addPod('job', { phase: 'Succeeded' });
    await cluster.drain();
    assert.deepEqual(await cluster.pods(), ['agent', 'job', 'mirror']);
    const evictions = cluster.server.calls.filter((call) => call.endsWith('/eviction'));
    assert.equal(evictions.length, 2);
  });

  it("evicts only gVisor's pods where only those notice", async () => {
    const cluster = await bench();
    await cluster.addPod('plain');
    await cluster.addPod('boxed', { owner: 'ReplicaSet', runtimeClass: 'boxed' });
    await cluster.drain({ who: 'sandboxed' });
    assert.deepEqual(await cluster.pods(), ['plain']);
  });

  it('tries again what a disruption budget forbids, and says so', async () => {
    const cluster = await bench();
    await cluster.addPod('web');
    cluster.keep('web', 3);
    assert.deepEqual(await cluster.drain(), ['default/web is kept by a disruption budget', 'default/web is ending']);
    assert.deepEqual(await cluster.pods(), []);
  });

  it('gives up at the deadline, naming who has not left', async () => {
    const cluster = await bench();
    await cluster.addPod('web');
    cluster.keep('web', 1000);
    await assert.rejects(cluster.drain(), {
      code: 'DEADLINE',
      message: 'cannot drain w1 in time: default/web is kept by a disruption budget',
    });
    assert.deepEqual(await cluster.pods(), ['web']);
  });

  it('by force deletes at the deadline what a budget keeps', async () => {
    const cluster = await bench();
    await cluster.addPod('web');
    cluster.keep('web', 1000);
    await cluster.drain({ overridesBudgets: true });
    assert.deepEqual(await cluster.pods(), []);
    assert.ok(cluster.server.calls.includes('DELETE /api/v1/namespaces/default/pods/web'));
  });

  it('takes nothing that nobody makes again, unless that risk is accepted', async () => {
    const cluster = await bench();
    await cluster.addPod('alone', {});
    await assert.rejects(cluster.drain(), /default\/alone has no controller, so nobody makes it again/);
    await cluster.drain({ accepts: ['unmanaged'] });
    assert.deepEqual(await cluster.pods(), []);
  });

  it('goes on when the API server has been away', async () => {
    const cluster = await bench();
    await cluster.addPod('web');
    cluster.server.fail({ method: 'GET', path: '/pods', status: 0, times: 2 });
    await cluster.drain();
    assert.deepEqual(await cluster.pods(), []);
  });
});
