import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { createAudit } from '../../coordinator/audit.ts';
import type { Core } from '../../coordinator/core.ts';
import { leave, orderReset } from '../../coordinator/departures.ts';
import { createDriftTimeline } from '../../coordinator/drift.ts';
import { createNodes, type NodeRow } from '../../coordinator/nodes/row.ts';
import { CLUSTER_KEY, createRevisions } from '../../coordinator/revisions.ts';
import { documentRow, placeRow, progressRow } from '../../coordinator/rows.ts';
import type { State } from '../../coordinator/state.ts';
import { createCollection } from '../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';

const ETCD = { initialCluster: 'x', initialClusterState: 'new' } as const;

function makeNode(name: string, more: Partial<NodeRow> = {}): NodeRow {
  return {
    id: randomUUID(),
    name,
    deviceId: `device-${name}`,
    pool: 'workers',
    roles: ['worker'],
    providerId: `packet://device-${name}`,
    privateAddress: { address: '10.0.0.3', prefix: 31, gateway: '10.0.0.2' },
    spki: 'x',
    certificate: 'x',
    enrolledAt: '2030-01-01T00:00:00.000Z',
    tokenId: 't',
    podCIDR: '172.16.7.0/24',
    documentGeneration: 1,
    ...more,
  };
}

/** A coordinator's state with these machines, and what was sent to them. */
async function createWorld(rows: readonly NodeRow[]) {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const nodes = createNodes(store);
  const revisions = await createRevisions(store, clock);
  for (const row of rows) await store.transact(nodes.adding(row));
  const sent: string[] = [];
  const rest = {
    store,
    audit: createAudit(store, clock),
    nodes,
    revisions,
    places: createCollection(store, '/places/', placeRow),
    documents: createCollection(store, '/documents/', documentRow),
    progress: createCollection(store, '/progress/', progressRow),
    drift: createDriftTimeline(store),
  };
  const core = {
    connections: {
      live: () => undefined,
      sendReset: (id: string) => void sent.push(`reset ${id}`),
      end: (id: string) => void sent.push(`end ${id}`),
    },
    rollouts: { keyOf: (id: string) => `/assignments/${id}` },
    documents: { refresh: () => undefined },
    changes: { notify: () => undefined },
  };
  const parts = { options: { clock }, state: rest as unknown as State, core: core as unknown as Core };
  return { ...rest, parts, sent };
}

const ORDER = { force: false, dryRun: false };

describe('ordering a reset', () => {
  it('marks the machine, holds it back from roll-outs and tells it', async () => {
    const node = makeNode('workers-1');
    const { parts, nodes, sent } = await createWorld([node]);
    const ordered = await orderReset(parts, { ...ORDER, machine: 'workers-1' }, 'ada');
    assert.deepEqual(ordered, { machine: 'workers-1', steps: [], isConnected: false });
    const row = (await nodes.get(node.id))?.value;
    assert.equal(row?.held, true);
    assert.notEqual(row?.resettingSince, undefined);
    assert.deepEqual(sent, [`reset ${node.id}`]);
  });

  it('is refused by name of the rule for a member of etcd that others would miss, and can be forced', async () => {
    const rows = [makeNode('a', { etcd: ETCD }), makeNode('b', { etcd: ETCD }), makeNode('c')];
    const { parts } = await createWorld(rows);
    const refusal = { code: 'RESET_REFUSED', message: /member of etcd with b \(rule: / };
    await assert.rejects(orderReset(parts, { ...ORDER, machine: 'a' }, 'ada'), refusal);
    await orderReset(parts, { ...ORDER, machine: 'c' }, 'ada');
    await orderReset(parts, { ...ORDER, machine: 'a', force: true }, 'ada');
  });

  it('is not refused for the only member', async () => {
    const { parts } = await createWorld([makeNode('a', { etcd: ETCD }), makeNode('c')]);
    await orderReset(parts, { ...ORDER, machine: 'a' }, 'ada');
  });

  it('is of members only', async () => {
    const { parts } = await createWorld([]);
    await assert.rejects(orderReset(parts, { ...ORDER, machine: 'a' }, 'ada'), { code: 'NOT_FOUND' });
  });
});

describe('a machine that was reset', () => {
  it('is forgotten, and its name and pod CIDR are kept', async () => {
    const node = makeNode('workers-1');
    const { parts, nodes, places, sent } = await createWorld([node]);
    await leave(parts, node);
    assert.deepEqual((await nodes.list()).rows, []);
    assert.equal(await nodes.hasName('workers-1'), false);
    const place = (await places.get('workers-1'))?.value;
    assert.deepEqual([place?.deviceId, place?.podCIDR], [node.deviceId, node.podCIDR]);
    assert.deepEqual(sent, [`end ${node.id}`]);
  });

  it('takes etcd with it when it was the last member', async () => {
    const [first, second] = [makeNode('a', { etcd: ETCD }), makeNode('b', { etcd: ETCD })];
    const { parts, revisions } = await createWorld([first, second]);
    await revisions.clusters.put(CLUSTER_KEY, { ...(await revisions.cluster()), etcdFormed: true });
    await leave(parts, first);
    assert.equal((await revisions.cluster()).etcdFormed, true);
    await leave(parts, second);
    assert.equal((await revisions.cluster()).etcdFormed, false);
  });
});
