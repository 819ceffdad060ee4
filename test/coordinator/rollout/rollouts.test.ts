import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { contentOf, type Rendering } from '../../../coordinator/documents.ts';
import { drainRow } from '../../../coordinator/drain/rows.ts';
import { createEtcdLease } from '../../../coordinator/etcd/lease.ts';
import type { Fleet } from '../../../coordinator/fleet.ts';
import type { NodeRow } from '../../../coordinator/nodes/row.ts';
import { createRollouts, type Health } from '../../../coordinator/rollout/rollouts.ts';
import { documentRow } from '../../../coordinator/rows.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore, type MemoryStore } from '../../../coordinator/store/memory.ts';
import type { DocumentComponent } from '../../../shared/document.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import type { PlanResultView } from '../../../shared/wire.ts';
import { makeFile, silentLog } from '../../agent/machine.ts';

const FILE = loadSpec(
  starterSpec().replace(/^spec:\n/m, 'spec:\n  rollout: { maxUnavailable: 2, canary: 1, soak: 10s, deadline: 60s }\n'),
  'cluster.yaml',
);
const DEAF = { lookAgain: () => undefined, onChange: () => undefined, log: silentLog };
const SICK: Health = { isConnected: true, complaint: 'kubelet.service is failed', hasFailed: false };
const WELL: Health = { isConnected: true, complaint: undefined, hasFailed: false };
const VERSIONS = { kubernetes: '1.37.2', etcd: '3.7.3' };

function contentFor(text: string): readonly DocumentComponent[] {
  return [{ name: 'a', resources: [makeFile('/etc/vent/x', text)] }];
}

function renderAs({ id, name, roles }: NodeRow, revision: number, text: string): Rendering {
  return { nodeId: id, name, roles, revision, components: contentFor(text), waitsFor: undefined };
}

function rowOf(name: string, roles: NodeRow['roles']): NodeRow {
  const etcd = roles.includes('etcd') ? { etcd: { initialCluster: '', initialClusterState: 'new' } } : {};
  return { id: randomUUID(), name, roles, deviceId: name, ...etcd } as unknown as NodeRow;
}

/** A cluster whose machines take up at once what they are given, with the content of each revision by number. */
/** Machines that are as they should be. */
async function ask(): Promise<PlanResultView> {
  return { id: '', resources: [], error: '' };
}

function createCollections(store: MemoryStore) {
  return {
    documents: createCollection(store, '/documents/', documentRow),
    drains: createCollection(store, '/drains/', drainRow),
  };
}

function createBench(names: readonly string[] = ['c1', 'w1', 'w2', 'w3', 'w4', 'w5']) {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const { documents, drains } = createCollections(store);
  const rows = names.map((name) => rowOf(name, name.startsWith('c') ? ['etcd', 'control-plane'] : ['worker']));
  const health = new Map<string, Health>(rows.map((row) => [row.id, WELL]));
  const contents = new Map([[1, 'one']]);
  const [bad, gate] = [new Set<number>(), { complaint: '', since: 0 }]; // Revisions that make a machine sick.
  const gates = { verdict: () => (gate.complaint === '' ? undefined : gate), end: () => undefined };
  let newest = 1;
  const lease = createEtcdLease(store, clock);
  const world = { store, documents, drains, lease, gates, clock };
  const options = { ...world, connections: { ask }, health: async () => health, ...DEAF };
  let rollouts = createRollouts(options);

  const fleet = (): Fleet => ({
    cluster: { id: randomUUID(), name: 'demo' },
    epoch: 1,
    newest,
    file: FILE,
    rows,
    versions: async () => VERSIONS,
    foresee: () => assert.fail('nobody asks'),
    render: async (row, revision) => renderAs(row, revision, contents.get(revision) ?? ''),
  });

  /** One look: decides, hands out what is new, and lets the machines take it up. @returns revision by machine */
  async function look(): Promise<Readonly<Record<string, number>>> {
    const rendered = await rollouts.spread(fleet());
    for (const { nodeId, revision, components } of rendered) {
      if (components === undefined) continue;
      const content = contentOf(components);
      if ((await documents.get(nodeId))?.value.content === content) continue;
      const document = {
        nodeId,
        epoch: 1,
        generation: 1,
        revision,
        content,
        digest: '',
        payload: '',
        signature: '',
        keyId: '',
      };
      await documents.put(nodeId, document);
      health.set(nodeId, bad.has(revision) ? SICK : WELL);
    }
    return Object.fromEntries(rendered.map(({ name, revision }) => [name, revision]));
  }

  return {
    rows,
    health,
    bad,
    gate,
    clock,
    look,
    status: () => rollouts.status(),
    control: (action: 'pause' | 'resume' | 'abort') => rollouts.control(action, 'ada'),
    apply(content: string): void {
      newest += 1;
      contents.set(newest, content);
    },
    newest: () => newest,
    restart(): void {
      rollouts = createRollouts(options);
    },
  };
}

function createCluster(names?: readonly string[]) {
  const bench = createBench(names);
  return {
    ...bench,
    /** Looks now and again after each soak. @returns the machines that came to have the newest revision, in order */
    async roll(looks: number): Promise<readonly string[]> {
      const seen: string[] = [];
      for (let turn = 0; turn < looks; turn += 1) {
        for (const _ of [1, 2, 3])
          for (const [name, revision] of Object.entries(await bench.look()))
            if (revision === bench.newest() && !seen.includes(name)) seen.push(name);
        await bench.clock.advance(10_000);
      }
      return seen;
    },
  };
}

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
});
