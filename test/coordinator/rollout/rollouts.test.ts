import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createCluster, rowOf, WELL } from './bench.ts';

describe('roll-outs', () => {
  it('of the first revision are over at once, since everybody begins with it', async () => {
    const cluster = createCluster();
    await cluster.look();
    await cluster.look();
    assert.equal(cluster.status()?.rollout.state, 'done');
  });

  it('reach the control plane, the canary and then two at a time, each after the soak', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    cluster.apply('two');
    assert.deepEqual(await cluster.roll(1), ['c1']);
    assert.deepEqual(await cluster.roll(1), ['c1', 'w1']);
    assert.deepEqual(await cluster.roll(1), ['c1', 'w1', 'w2', 'w3']);
    assert.deepEqual(await cluster.roll(2), ['c1', 'w1', 'w2', 'w3', 'w4', 'w5']);
    assert.equal(cluster.status()?.rollout.state, 'done');
  });

  it('show everybody as settled in the look that ends them, since none may follow', async () => {
    const cluster = createCluster(['w1']);
    await cluster.roll(1);
    cluster.apply('two');
    for (let looks = 0; looks < 9; looks += 1) {
      await cluster.look();
      if (cluster.status()?.rollout.revision === 2 && cluster.status()?.rollout.state === 'done') break;
      await cluster.clock.advance(10_000);
    }
    const { rollout, machines } = cluster.status() ?? assert.fail();
    assert.deepEqual([rollout.state, machines.map(({ state }) => state)], ['done', ['settled']]);
  });

  it('with nothing to change on any machine are over at once', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    cluster.apply('one');
    await cluster.roll(1);
    assert.deepEqual([cluster.status()?.rollout.revision, cluster.status()?.rollout.state], [2, 'done']);
  });

  it('fail at a bad canary: it goes back, nobody else was touched, and the reason is told', async () => {
    const cluster = createCluster(['w1', 'w2', 'w3', 'w4', 'w5', 'w6']);
    await cluster.roll(1);
    cluster.bad.add(2);
    cluster.apply('two');
    assert.deepEqual(await cluster.roll(8), ['w1']);
    const { rollout, message, machines } = cluster.status() ?? assert.fail();
    assert.equal(rollout.state, 'failed');
    assert.match(message, /^w1: kubelet\.service is failed$/);
    assert.deepEqual([...new Set(machines.map((one) => one.revision))], [1]);
    assert.deepEqual([...new Set(Object.values(await cluster.look()))], [1]);
    assert.deepEqual(await cluster.roll(5), [], 'a failed revision stays where it is');
  });

  it('go on after a failure with the next revision', async () => {
    const cluster = createCluster(['w1', 'w2']);
    await cluster.roll(1);
    cluster.bad.add(2);
    cluster.apply('two');
    await cluster.roll(9);
    cluster.apply('three');
    assert.deepEqual(await cluster.roll(4), ['w1', 'w2']);
  });

  it('stop where they are when they are paused, and go on', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    cluster.apply('two');
    await cluster.roll(2);
    await cluster.control('pause');
    assert.deepEqual(await cluster.roll(3), ['c1', 'w1']);
    await cluster.control('resume');
    assert.equal((await cluster.roll(4)).length, 6);
  });

  it('go no further while a gate is closed, and fail when it stays closed', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    cluster.apply('two');
    await cluster.look();
    Object.assign(cluster.gate, { complaint: 'gate shop: it answers 500', since: cluster.clock.now() });
    assert.deepEqual(await cluster.roll(3), ['c1']);
    assert.equal(cluster.status()?.message, 'gate shop: it answers 500');
    cluster.gate.complaint = '';
    assert.deepEqual(await cluster.roll(1), ['c1', 'w1']);
    Object.assign(cluster.gate, { complaint: 'gate shop: it answers 500', since: cluster.clock.now() });
    await cluster.roll(8);
    assert.deepEqual(
      [cluster.status()?.rollout.state, cluster.status()?.message],
      ['failed', 'gate shop: it answers 500'],
    );
    assert.deepEqual(
      cluster
        .status()
        ?.machines.filter(({ revision }) => revision === 2)
        .map(({ name }) => name),
      ['c1', 'w1'],
    );
  });

  it('leave what was not reached when they are aborted, and are taken back by the older content', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    cluster.apply('two');
    await cluster.roll(3);
    await cluster.control('abort');
    assert.deepEqual(await cluster.roll(3), ['c1', 'w1', 'w2', 'w3']);
    await assert.rejects(cluster.control('resume'), { code: 'CONFLICT', message: /it is aborted/ });
    cluster.apply('one');
    await cluster.roll(1);
    assert.deepEqual(
      cluster
        .status()
        ?.machines.filter(({ state }) => state === 'unchanged')
        .map(({ name }) => name),
      ['w4', 'w5'],
    );
    await cluster.roll(4);
    assert.equal(cluster.status()?.rollout.state, 'done');
  });

  it('end when a newer revision comes', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    cluster.apply('two');
    await cluster.roll(2);
    cluster.apply('three');
    assert.equal((await cluster.roll(6)).length, 6);
  });

  it('give a machine that comes meanwhile what spreads, but nothing that failed', async () => {
    const cluster = createCluster(['w1', 'w2']);
    await cluster.roll(1);
    cluster.bad.add(2);
    cluster.apply('two');
    await cluster.roll(9);
    const late = rowOf('w3', ['worker']);
    cluster.rows.push(late);
    cluster.health.set(late.id, WELL);
    assert.equal((await cluster.look()).w3, 1);
  });

  it('go on where they were when the coordinator is killed at any look, and move nobody twice', async () => {
    for (let kill = 0; kill < 8; kill += 1) {
      const cluster = createCluster();
      await cluster.roll(1);
      cluster.apply('two');
      const moved = new Map<string, Set<string>>();
      for (let turn = 0; turn < 12; turn += 1) {
        if (turn === kill) cluster.restart();
        await cluster.roll(1);
        for (const { name, movedAt } of cluster.status()?.machines ?? [])
          if (movedAt !== undefined) moved.set(name, (moved.get(name) ?? new Set()).add(movedAt));
      }
      assert.equal(cluster.status()?.rollout.state, 'done', `killed at look ${kill}`);
      assert.deepEqual(
        [...moved.values()].map((times) => times.size),
        Array(6).fill(1),
      );
    }
  });

  it('have etcd to themselves while a member moves, and wait for their turn', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    const other = { holder: 'members', nodeId: randomUUID(), what: 'adds c2 as a learner' } as const;
    await cluster.lease.take(other);
    cluster.apply('two');
    assert.deepEqual(await cluster.roll(2), []);
    assert.match(cluster.status()?.message ?? '', /\[etcd-lease\]: adds c2 as a learner$/);
    await cluster.lease.release('members', other.nodeId);
    await cluster.look();
    assert.equal((await cluster.lease.holder())?.what, 'the roll-out changes c1');
    await cluster.roll(8);
    assert.equal(cluster.status()?.rollout.state, 'done');
    assert.equal(await cluster.lease.holder(), undefined);
  });

  it('restart no member of etcd while the others do not answer, and say so', async () => {
    const cluster = createCluster(['c1', 'c2', 'c3', 'w1']);
    await cluster.roll(1);
    cluster.apply('two');
    assert.deepEqual(await cluster.roll(2), []);
    assert.match(cluster.status()?.message ?? '', /\[etcd-quorum\]: bring members back/);
    assert.equal(await cluster.lease.holder(), undefined);
  });

  it('are shown from the first look on, also while members of etcd are asked', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const cluster = createCluster(['c1', 'w1'], { prepare: () => promise });
    await cluster.roll(1);
    cluster.apply('two');
    const looking = cluster.look();
    for (let turn = 0; turn < 100; turn += 1) await new Promise((done) => setImmediate(done));
    assert.deepEqual([cluster.status()?.rollout.revision, cluster.status()?.rollout.state], [2, 'running']);
    resolve(undefined);
    await looking;
  });

  it('leave etcd to others once they were aborted and the member is well', async () => {
    const cluster = createCluster();
    await cluster.roll(1);
    cluster.apply('two');
    await cluster.look();
    await cluster.control('abort');
    await cluster.roll(2);
    assert.equal(await cluster.lease.holder(), undefined);
  });
});
