import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createEtcdLease } from '../../../coordinator/etcd/lease.ts';
import { createEtcdRestarts } from '../../../coordinator/etcd/restarts.ts';
import { createNodes } from '../../../coordinator/nodes/row.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { createEtcdWorld } from './world.ts';

async function createBench(members: number) {
  const { world, operate } = createEtcdWorld(members, 0);
  const store = createMemoryStore();
  const clock = createFakeClock();
  const nodes = createNodes(store);
  for (const row of world.rows) await store.transact(nodes.adding(row));
  const lease = createEtcdLease(store, clock);
  const cluster = randomUUID();
  const options = {
    ...{ nodes, lease, clock, letsThrough: () => true },
    connections: { operate, live: () => undefined },
    clusterId: async () => cluster,
    sign: async (payload: Uint8Array) => ({ payload, signature: new Uint8Array([1]), keyId: 'k' }),
  };
  const prepare = async (n: number): Promise<string | undefined> => {
    const row = world.rows[n - 1];
    assert.ok(row);
    return await createEtcdRestarts(options).prepare(row);
  };
  return { world, lease, prepare };
}

describe('before a member of etcd is restarted', () => {
  it('every other one answers, and the roll-out has its turn', async () => {
    const { world, lease, prepare } = await createBench(3);
    assert.equal(await prepare(2), undefined);
    assert.deepEqual([(await lease.holder())?.what, [...world.done.values()]], ['the roll-out changes m2', []]);
  });

  it('another one leads', async () => {
    const { world, prepare } = await createBench(3);
    assert.equal(await prepare(1), undefined);
    assert.deepEqual([...world.done.values()], ['etcd-move-leader']);
    assert.notEqual(world.leader, '1');
  });

  it('it is refused by the rule while another does not answer, and keeps nobody else from etcd', async () => {
    const { world, lease, prepare } = await createBench(3);
    world.away.add('m3');
    assert.match((await prepare(1)) ?? '', /\[etcd-restart\]: m3 does not; bring it back/);
    assert.deepEqual([await lease.holder(), [...world.done.values()]], [undefined, []]);
  });

  it('it may be unwell itself', async () => {
    const { world, prepare } = await createBench(3);
    world.away.add('m3');
    assert.equal(await prepare(3), undefined);
  });

  it('it is refused of two, and under an open alarm', async () => {
    assert.match((await (await createBench(2)).prepare(1)) ?? '', /\[etcd-two-members\]: let a third one join/);
    const { world, prepare } = await createBench(3);
    world.alarms.push('NOSPACE');
    assert.match((await prepare(1)) ?? '', /\[etcd-restart\]: etcd has NOSPACE/);
  });

  it('the only one may be, whether it answers or not', async () => {
    const { world, prepare } = await createBench(1);
    assert.equal(await prepare(1), undefined);
    world.away.add('m1');
    assert.equal(await prepare(1), undefined);
  });

  it('somebody can say who the members are', async () => {
    const { world, prepare } = await createBench(3);
    for (const name of ['m1', 'm2', 'm3']) world.away.add(name);
    assert.match((await prepare(1)) ?? '', /\[etcd-quorum\]: bring members back/);
  });

  it('it waits for its turn at etcd', async () => {
    const { lease, prepare } = await createBench(3);
    await lease.take({ holder: 'members', nodeId: randomUUID(), what: 'adds m4 as a learner' });
    assert.match((await prepare(1)) ?? '', /\[etcd-lease\]: adds m4 as a learner$/);
  });

  it('it stays as it is when the lead cannot be moved away', async () => {
    const { world, lease, prepare } = await createBench(3);
    world.loseNext = true;
    assert.match((await prepare(1)) ?? '', /\[etcd-leader\]: .*the connection to the machine has ended$/);
    assert.equal(await lease.holder(), undefined);
  });
});
