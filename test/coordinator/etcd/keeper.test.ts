import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createEtcdKeeper } from '../../../coordinator/etcd/keeper.ts';
import { createEtcdLease } from '../../../coordinator/etcd/lease.ts';
import { createNodes } from '../../../coordinator/nodes/row.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createChanges } from '../../../shared/changes.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { createFakeSnapshotRule } from '../snapshots/fake-rule.ts';
import { createEtcdWorld } from './world.ts';

const CLUSTER = randomUUID();

async function createBench(first: number, later: number) {
  const { world, operate } = createEtcdWorld(first, later);
  const store = createMemoryStore();
  const clock = createFakeClock();
  const nodes = createNodes(store);
  for (const row of world.rows) await store.transact(nodes.adding(row));
  const lease = createEtcdLease(store, clock);
  const changes = createChanges();
  const released: string[] = [];
  const audited: string[] = [];
  const snapshotRule = createFakeSnapshotRule();
  const open = () =>
    createEtcdKeeper({
      revisions: { cluster: async () => ({ id: CLUSTER, name: 'demo', epoch: 1, etcdFormed: true, createdAt: '' }) },
      ...{ nodes, store },
      documents: { refresh: () => undefined, settled: async () => undefined, hasInForce: () => true },
      lease,
      snapshotRule,
      audit: { append: async ({ action }) => void audited.push(action) },
      async release(row) {
        released.push(row.name);
        await nodes.remove(row.id);
      },
      connections: { operate, live: () => undefined },
      sign: async (payload) => ({ payload, signature: new Uint8Array([1]), keyId: 'k' }),
      changes,
      clock,
      log: silentLog,
    });

  /** Runs a coordinator's keeper for so many looks, then kills it. */
  async function run(looks: number): Promise<string> {
    const ending = new AbortController();
    const keeper = open();
    const following = keeper.follow(ending.signal);
    for (let look = 0; look < looks; look += 1) {
      for (let tick = 0; tick < 40; tick += 1) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(2000);
    }
    ending.abort();
    changes.notify();
    await following;
    return keeper.message();
  }
  const leave = (n: number) =>
    nodes.update(world.rows[n - 1]?.id ?? '', (row) => (row === undefined ? undefined : { ...row, leaving: 'ada' }));
  return { world, nodes, lease, released, audited, snapshotRule, run, leave, open };
}

describe('the keeper of etcd', () => {
  it('adds and removes only with a snapshot, and says what it waits for', async () => {
    const { world, snapshotRule, audited, run, leave } = await createBench(3, 1);
    snapshotRule.answer = 'waits for a snapshot [etcd-snapshot]';
    assert.equal(await run(5), 'waits for a snapshot [etcd-snapshot]');
    assert.deepEqual([audited, snapshotRule.needs[0]], [[], { what: 'adds m4 as a learner' }]);
    snapshotRule.answer = undefined;
    await run(10);
    assert.deepEqual(audited, ['etcd-add-learner', 'etcd-promote']);
    snapshotRule.needs.length = 0;
    await leave(2);
    await run(10);
    assert.deepEqual([world.voters(), snapshotRule.needs], [['1', '3', '4'], [{ what: 'removes m2 from etcd' }]]);
  });

  it('lets two machines join, one after the other', async () => {
    const { world, nodes, run, lease, audited } = await createBench(1, 2);
    assert.equal(await run(20), '');
    assert.deepEqual(world.voters(), ['1', '2', '3']);
    assert.deepEqual(audited, ['etcd-add-learner', 'etcd-promote', 'etcd-add-learner', 'etcd-promote']);
    const second = (await nodes.get(world.rows[1]?.id ?? ''))?.value;
    assert.deepEqual(second?.etcd, {
      initialCluster: 'm1=https://10.0.0.1:2380,m2=https://10.0.0.2:2380',
      initialClusterState: 'existing',
    });
    assert.equal(await lease.holder(), undefined);
  });

  it('comes to the same when the coordinator is killed after every look', async () => {
    const { world, run } = await createBench(1, 2);
    for (let life = 0; life < 25; life += 1) await run(1);
    assert.deepEqual(world.voters(), ['1', '2', '3']);
    assert.equal(world.done.size, 4);
  });

  it('asks again by the same id when it did not hear how an operation ended', async () => {
    const { world, run, lease } = await createBench(1, 1);
    world.loseNext = true;
    await run(12);
    assert.deepEqual([...world.done.values()], ['etcd-add-learner', 'etcd-promote']);
    const [first, second] = world.sent;
    assert.equal(first, second);
    assert.equal(await lease.holder(), undefined);
  });

  it('has a machine leave etcd before it goes, the lead moved away first', async () => {
    const { world, run, leave, released } = await createBench(3, 0);
    await leave(1);
    await run(8);
    assert.deepEqual([...world.done.values()], ['etcd-move-leader', 'etcd-remove']);
    assert.deepEqual([world.voters(), released], [['2', '3'], ['m1']]);
  });

  it('lets a machine go that was reset by force, once its member is removed', async () => {
    const { world, nodes, run, released } = await createBench(3, 0);
    world.away.add('m3');
    const gone = { leaving: 'ada', leavesFor: 'nowhere' } as const;
    await nodes.update(world.rows[2]?.id ?? '', (row) => (row === undefined ? undefined : { ...row, ...gone }));
    await run(12);
    assert.deepEqual([[...world.done.values()], world.voters(), released], [['etcd-remove'], ['1', '2'], ['m3']]);
  });

  it('changes nothing while a roll-out has the lease, and says so', async () => {
    const { world, run, lease } = await createBench(1, 1);
    await lease.take({ holder: 'rollout', nodeId: world.rows[0]?.id ?? '', what: 'the roll-out changes m1' });
    assert.equal(await run(3), 'waits for its turn at etcd [etcd-lease]: the roll-out changes m1');
    assert.deepEqual(world.voters(), ['1']);
  });

  it('says beforehand why a machine could not leave', async () => {
    const { world, open } = await createBench(3, 0);
    const [, , third] = world.rows;
    assert.ok(third);
    assert.equal(await open().refusalToLeave(third), undefined);
    world.away.add('m2');
    assert.match((await open().refusalToLeave(third)) ?? '', /\[etcd-remove\]: m2 does not/);
  });
});
