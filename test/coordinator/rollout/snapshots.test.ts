import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { restartsEtcd } from '../../../coordinator/rollout/snapshots.ts';
import type { DocumentComponent } from '../../../shared/document.ts';
import { makeFile } from '../../agent/machine.ts';
import { createCluster } from './bench.ts';
import { createUpgradeBench } from './upgrade-bench.ts';

/** The rules of etcd have nothing against it. */
const ALLOWED = { prepare: async () => undefined };
const WAITS = 'waits for a snapshot of etcd [etcd-snapshot]';

describe('a roll-out and snapshots of etcd', () => {
  it('restarts a member only with one that is young enough, and says what it waits for', async () => {
    const cluster = createCluster(['c1', 'c2', 'c3', 'w1'], ALLOWED);
    await cluster.roll(1);
    cluster.apply('etcd with another flag');
    cluster.snapshots.answer = WAITS;
    assert.deepEqual(await cluster.roll(3), []);
    assert.equal(cluster.status()?.message, WAITS);
    assert.deepEqual(cluster.snapshots.needs.at(-1), { what: 'restarts the member on c1' });
    assert.equal(await cluster.lease.holder(), undefined, 'others may have etcd meanwhile');
    cluster.snapshots.answer = undefined;
    assert.deepEqual(await cluster.roll(8), ['c1', 'c2', 'c3', 'w1']);
    assert.equal(cluster.status()?.rollout.state, 'done');
  });

  it('restarts the only member for those only who accepted it, and with a snapshot taken since it began', async () => {
    const cluster = createCluster(['c1', 'w1', 'w2']);
    await cluster.roll(1);
    cluster.apply('etcd with another flag');
    assert.deepEqual(await cluster.roll(3), []);
    assert.match(cluster.status()?.message ?? '', /\[etcd-one-member\]: c1 would be.*--accept-risk=api-downtime/);
    assert.deepEqual(cluster.snapshots.needs, []);
    const since = cluster.clock.now();
    cluster.apply('etcd with another flag', 'api-downtime');
    cluster.snapshots.answer = WAITS;
    assert.deepEqual(await cluster.roll(1), []);
    assert.deepEqual(cluster.snapshots.needs.at(-1), { what: 'restarts the member on c1', since });
    cluster.snapshots.answer = undefined;
    assert.deepEqual(await cluster.roll(8), ['c1', 'w1', 'w2']);
    assert.equal(cluster.status()?.rollout.state, 'done');
  });

  it('needs nobody to accept what does not restart the only member', async () => {
    const cluster = createCluster(['c1', 'w1']);
    await cluster.roll(1);
    cluster.apply('two');
    assert.deepEqual(await cluster.roll(8), ['c1', 'w1']);
  });

  it('asks for none where no member restarts', async () => {
    const cluster = createCluster(['c1', 'c2', 'c3', 'w1'], ALLOWED);
    await cluster.roll(1);
    cluster.apply('two');
    cluster.snapshots.answer = WAITS;
    assert.deepEqual(await cluster.roll(8), ['c1', 'c2', 'c3', 'w1']);
    assert.deepEqual(cluster.snapshots.needs, []);
  });

  it('moves nobody to another minor version of Kubernetes before there is one since it began', async () => {
    const bench = await createUpgradeBench(['c1', 'w1'], '1.36.3');
    bench.apply('1.37.2');
    bench.snapshots.answer = WAITS;
    await bench.roll(1);
    const since = bench.clock.now() - 10_000;
    assert.deepEqual(bench.snapshots.needs.at(-1), { what: 'takes Kubernetes from 1.36.3 to 1.37.2', since });
    assert.equal(bench.message(), `API servers: ${WAITS}`);
    assert.deepEqual(bench.assigned('c1'), ['1.36.3', '1.36.3', '1.36.3']);
    bench.snapshots.answer = undefined;
    await bench.roll(1);
    assert.deepEqual(bench.assigned('c1'), ['1.37.2', '1.36.3', '1.36.3']);
    assert.ok(bench.snapshots.needs.every((need) => need.since === since));
  });

  it('asks for none for another patch version of Kubernetes', async () => {
    const bench = await createUpgradeBench(['c1', 'w1'], '1.37.1');
    bench.apply('1.37.2');
    bench.snapshots.answer = WAITS;
    await bench.roll(1);
    assert.deepEqual([bench.assigned('c1')[0], bench.snapshots.needs], ['1.37.2', []]);
  });
});

describe('a document', () => {
  const has = (etcd: string | undefined, other = ''): { readonly components: readonly DocumentComponent[] } => ({
    components: [
      { name: 'kubelet', resources: [makeFile('/etc/kubernetes/x', other)] },
      ...(etcd === undefined ? [] : [{ name: 'etcd', resources: [makeFile('/etc/etcd/x', etcd)] }]),
    ],
  });

  it('restarts etcd where a part of it differs or goes, and where it is left alone, or begins, does not', () => {
    assert.equal(restartsEtcd(has('a'), has('b')), true);
    assert.equal(restartsEtcd(has('a'), has(undefined)), true);
    assert.equal(restartsEtcd(has('a', 'x'), has('a', 'y')), false);
    assert.equal(restartsEtcd(has(undefined), has('a')), false);
    assert.equal(restartsEtcd({ components: undefined }, has('a')), false);
  });
});
