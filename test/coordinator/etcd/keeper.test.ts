import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createEtcdKeeper } from '../../../coordinator/etcd/keeper.ts';
import { createEtcdLease } from '../../../coordinator/etcd/lease.ts';
import { createNodes, type NodeRow } from '../../../coordinator/nodes/row.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createChanges } from '../../../shared/changes.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { decodeOperation, type EtcdListed, type Operation } from '../../../shared/operation.ts';
import type { SignedOperationView } from '../../../shared/wire.ts';

const CLUSTER = randomUUID();
const NOTHING = new Uint8Array();

function rowOf(n: number, isFirst: boolean): NodeRow {
  return {
    id: randomUUID(),
    name: `m${n}`,
    deviceId: `d${n}`,
    pool: 'control',
    roles: ['etcd', 'control-plane'],
    providerId: `packet://d${n}`,
    privateAddress: { address: `10.0.0.${n}`, prefix: 31, gateway: '10.0.0.0' },
    spki: '',
    certificate: '',
    enrolledAt: '2030-01-01T00:00:00.000Z',
    tokenId: '',
    documentGeneration: 0,
    ...(isFirst ? { etcd: { initialCluster: '', initialClusterState: 'new' as const } } : {}),
  };
}

/** Agents and an etcd cluster in memory. A learner runs as soon as its machine has its join parameters. */
function createWorld(first: number, later: number) {
  const rows = Array.from({ length: first + later }, (_, index) => rowOf(index + 1, index < first));
  const peer = (n: number): string => `https://10.0.0.${n}:2380`;
  let members: readonly EtcdListed[] = rows
    .slice(0, first)
    .map((_, index) => ({ id: String(index + 1), name: `m${index + 1}`, peerUrl: peer(index + 1), isLearner: false }));
  const done = new Map<string, string>();
  const sent: string[] = [];
  const world = {
    rows,
    sent,
    leader: '1',
    done,
    away: new Set<string>(),
    loseNext: false,
    voters: () => votersOf(members),
  };

  function status(n: number): Uint8Array {
    const self = members.find(({ peerUrl }) => peerUrl === peer(n));
    if (self === undefined) throw new VentError('UNAVAILABLE', 'cannot ask etcd: it does not answer');
    const { id, isLearner } = self;
    const seen = isLearner ? [] : members;
    const sizes = { appliedIndex: 7, databaseSize: 1, databaseInUse: 1 };
    const value = { id, version: '3.7.3', leader: world.leader, isLearner, ...sizes, members: seen, alarms: [] };
    return Buffer.from(JSON.stringify(value));
  }

  function change({ id, action }: Operation): void {
    if (done.has(id)) return;
    done.set(id, action.type);
    if (action.type === 'etcd-add-learner')
      members = [
        ...members,
        { id: /\.(\d+):/.exec(action.peerUrl)?.[1] ?? '', name: '', peerUrl: action.peerUrl, isLearner: true },
      ];
    if (action.type === 'etcd-promote')
      members = members.map((one) => (one.id === action.member ? { ...one, isLearner: false } : one));
    if (action.type === 'etcd-remove') members = members.filter(({ id: other }) => other !== action.member);
    if (action.type === 'etcd-move-leader') world.leader = action.member;
  }

  async function operate(nodeId: string, { payload }: SignedOperationView): Promise<Uint8Array> {
    const operation = decodeOperation(payload);
    const n = rows.findIndex(({ id }) => id === nodeId) + 1;
    if (world.away.has(`m${n}`)) throw new VentError('UNAVAILABLE', 'cannot do the operation: it is not connected');
    if (operation.action.type === 'etcd-status') return status(n);
    sent.push(operation.id);
    change(operation);
    if (!world.loseNext) return NOTHING;
    world.loseNext = false;
    throw new VentError('UNAVAILABLE', 'cannot do the operation: the connection to the machine has ended');
  }
  return { ...world, world, operate };
}

function votersOf(members: readonly EtcdListed[]): readonly string[] {
  return members.filter(({ isLearner }) => !isLearner).map(({ id }) => id);
}

async function createBench(first: number, later: number) {
  const { world, operate } = createWorld(first, later);
  const store = createMemoryStore();
  const clock = createFakeClock();
  const nodes = createNodes(store);
  for (const row of world.rows) await store.transact(nodes.adding(row));
  const lease = createEtcdLease(store, clock);
  const changes = createChanges();
  const released: string[] = [];
  const audited: string[] = [];
  const open = () =>
    createEtcdKeeper({
      revisions: { cluster: async () => ({ id: CLUSTER, name: 'demo', epoch: 1, etcdFormed: true, createdAt: '' }) },
      nodes,
      documents: { refresh: () => undefined, settled: async () => undefined, isUpToDate: () => true },
      lease,
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
  return { world, nodes, lease, released, audited, run, leave, open };
}

describe('the keeper of etcd', () => {
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
