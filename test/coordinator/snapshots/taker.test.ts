import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import { buffer } from 'node:stream/consumers';
import { after, before, describe, it } from 'node:test';
import { createSnapshotTaker } from '../../../coordinator/snapshots/taker.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { createMembers } from './machines.ts';
import { CLUSTER, createTestBook, type TestBook } from './world.ts';

const FILE = loadSpec(starterSpec().replace(/^spec:\n/m, 'spec:\n  etcd: { snapshot: { keep: 2 } }\n'), 'cluster.yaml');

describe('taking a snapshot of etcd', () => {
  let test: TestBook;
  before(async () => {
    test = await createTestBook();
  });
  after(() => test.remove());

  async function createBench(count: number) {
    const world = createMembers(count);
    const [book, clock] = [await test.open(), createFakeClock()];
    await book.keep(0);
    const taker = createSnapshotTaker({
      book,
      uploads: world.uploads,
      nodes: {
        list: async () => ({ rows: world.rows.map((value) => ({ key: value.id, value, revision: 1 })), revision: 1 }),
      },
      connections: { operate: world.operate, live: () => undefined },
      sign: async (payload) => ({ payload, signature: new Uint8Array([1]), keyId: 'k' }),
      cluster: async () => ({ id: CLUSTER, name: 'demo', epoch: 1, etcdFormed: true, createdAt: '' }),
      file: async () => FILE,
      clock,
      log: silentLog,
    });
    return { world, book, clock, taker };
  }

  it('asks one who does not lead, and keeps what etcd and Kubernetes were', async () => {
    const { world, book, clock, taker } = await createBench(3);
    const taken = await taker.take('an operator asked');
    assert.deepEqual(world.asked, ['m2']);
    assert.deepEqual(await book.list(), [taken]);
    assert.ok((await buffer(book.read(taken.id))).equals(world.file));
    const { machine, revision, size, etcdVersion, kubernetesVersion, takenAt, reason, clusterName } = taken;
    assert.deepEqual(
      { machine, revision, size, etcdVersion, kubernetesVersion, takenAt, reason, clusterName },
      {
        machine: 'm2',
        revision: 61,
        size: world.file.length,
        etcdVersion: '3.7.3',
        kubernetesVersion: FILE.spec.kubernetes.version,
        takenAt: new Date(clock.now()).toISOString(),
        reason: 'an operator asked',
        clusterName: 'demo',
      },
    );
    assert.equal(taker.progress(), undefined);
  });

  it('asks the next when one breaks off or is away, and leaves nothing of what broke off', async () => {
    const { world, book, taker } = await createBench(3);
    world.away.add('m2');
    world.broken.add('m3');
    assert.equal((await taker.take('')).machine, 'm1');
    assert.deepEqual(world.asked, ['m3', 'm1']);
    assert.equal((await readdir(test.directory)).length, (await book.list()).length);
  });

  it('says why none can be taken', async () => {
    const { world, taker } = await createBench(2);
    for (const name of ['m1', 'm2']) world.broken.add(name);
    await assert.rejects(taker.take(''), {
      code: 'SNAPSHOT_CORRUPT',
      message: /^cannot take a snapshot of etcd: m1: /,
    });
    for (const name of ['m1', 'm2']) world.away.add(name);
    await assert.rejects(taker.take(''), {
      code: 'UNAVAILABLE',
      message: /no member of etcd that has a quorum answers/,
    });
  });

  it('takes one for all who ask meanwhile, and says how far it is', async () => {
    const { world, book, taker } = await createBench(1);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.holdUp = promise;
    const both = [taker.take('one'), taker.take('other')];
    while (taker.progress() === undefined) await new Promise(setImmediate);
    assert.deepEqual(taker.progress(), { machine: 'm1', received: 0, total: 0 });
    const settled = taker.settled().then(async () => (await book.list()).length);
    resolve();
    assert.equal(await settled, 1);
    const [one, other] = await Promise.all(both);
    assert.deepEqual([one, await book.list()], [other, [one]]);
    assert.notDeepEqual(await taker.take('later'), one);
  });

  it('keeps as many as the cluster file says', async () => {
    const { book, clock, taker } = await createBench(1);
    const taken = [];
    for (let turn = 0; turn < 4; turn += 1) {
      taken.push(await taker.take(''));
      await clock.advance(1000);
    }
    assert.deepEqual(await book.list(), taken.slice(2));
  });
});
