import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createCordons } from '../../../coordinator/drain/cordons.ts';
import { type DrainRow, drainRow } from '../../../coordinator/drain/rows.ts';
import { nodeSchema } from '../../../coordinator/nodes/row.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { createDrainCluster } from './cluster.ts';

const ID = randomUUID();
const AT = '2030-01-01T00:00:00.000Z';
const ROLLING: DrainRow = {
  nodeId: ID,
  name: 'w1',
  revision: 7,
  who: 'all',
  reason: 'kubelet goes from 1.36.3 to 1.37.2',
  force: false,
  since: AT,
  deadline: AT,
  hasCordoned: true,
  phase: 'left',
  message: '',
};

async function createBench() {
  const clock = createEagerClock();
  const cluster = await createDrainCluster(clock);
  const store = createMemoryStore();
  const nodes = createCollection(store, '/nodes/', nodeSchema);
  const drains = createCollection(store, '/drains/', drainRow);
  await nodes.put(ID, {
    id: ID,
    name: 'w1',
    deviceId: 'device-1',
    pool: 'workers',
    roles: ['worker'],
    providerId: 'static://w1',
    privateAddress: { address: '10.0.0.3', prefix: 24, gateway: '10.0.0.1' },
    spki: '',
    certificate: '',
    enrolledAt: AT,
    tokenId: '',
    documentGeneration: 1,
  });
  const cordons = createCordons({ nodes, drains, client: () => cluster.client, clock, random: () => 0.5 });
  const drain = async (force: boolean, seconds = 60): Promise<readonly string[]> => {
    const { name, steps } = await cordons.drain('device-1', { seconds, force }, new AbortController().signal);
    assert.equal(name, 'w1');
    const told: string[] = [];
    for await (const step of steps) told.push(step);
    return told;
  };
  return { ...cluster, cordons, drains, drain };
}

describe('an operator', () => {
  it('cordons and uncordons a machine', async () => {
    const { cordons, isCordoned } = await createBench();
    assert.equal(await cordons.cordon('w1', true), 'w1');
    assert.equal(await isCordoned(), true);
    await cordons.cordon('w1', false);
    assert.equal(await isCordoned(), false);
    await assert.rejects(cordons.cordon('w9', true), { code: 'NOT_FOUND' });
  });

  it('cordons a machine that is rolled out to, and it stays so afterwards', async () => {
    const { cordons, drains } = await createBench();
    await drains.put(ID, ROLLING);
    await cordons.cordon('w1', true);
    assert.equal((await drains.get(ID))?.value.hasCordoned, false);
  });

  it('may not uncordon what a roll-out drains', async () => {
    const { cordons, drains } = await createBench();
    await drains.put(ID, ROLLING);
    await assert.rejects(cordons.cordon('w1', false), {
      code: 'CONFLICT',
      message: 'cannot uncordon w1: the roll-out of revision 7 drains it',
    });
  });

  it('drains a machine, which stays cordoned', async () => {
    const { addPod, drain, isCordoned, pods } = await createBench();
    await addPod('web');
    await addPod('agent', { owner: 'DaemonSet' });
    assert.deepEqual(await drain(false), ['waits for default/web is ending']);
    assert.deepEqual([await pods(), await isCordoned()], [['agent'], true]);
  });

  it('is told every risk before anything is done, and accepts them by force', async () => {
    const { addPod, drain, isCordoned, pods, keep } = await createBench();
    await addPod('alone', { hasEmptyDir: true });
    await addPod('web');
    keep('web', 1000);
    await assert.rejects(drain(false), {
      code: 'CONFLICT',
      message:
        'cannot drain w1: default/alone has no controller, so nobody makes it again and loses what is in its emptyDir volumes',
    });
    assert.deepEqual([await pods(), await isCordoned()], [['alone', 'web'], false]);
    assert.match((await drain(true))[0] ?? '', /^accepted: default\/alone has no controller/);
    assert.deepEqual(await pods(), []);
  });

  it('is told who has not left in time', async () => {
    const { addPod, drain, keep } = await createBench();
    await addPod('web');
    keep('web', 1000);
    await assert.rejects(drain(false, 5), { code: 'DEADLINE', message: /default\/web is kept by a disruption budget/ });
  });
});
