/** What of a coordinator departures need. */
import { randomUUID } from 'node:crypto';
import { createAudit } from '../../coordinator/audit.ts';
import type { Core } from '../../coordinator/core.ts';
import { createDriftTimeline } from '../../coordinator/drift.ts';
import { createNodes, type NodeRow } from '../../coordinator/nodes/row.ts';
import { CLUSTER_KEY, createRevisions } from '../../coordinator/revisions.ts';
import { documentRow, intentRow, placeRow, progressRow } from '../../coordinator/rows.ts';
import type { State } from '../../coordinator/state.ts';
import { createCollection } from '../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createTurns } from '../../coordinator/turns.ts';
import { createChanges } from '../../shared/changes.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';

const ETCD = { initialCluster: 'x', initialClusterState: 'new' } as const;

/** A member of etcd. */
export function makeMember(name: string, more: Partial<NodeRow> = {}): NodeRow {
  return makeNode(name, { roles: ['etcd', 'control-plane'], etcd: ETCD, ...more });
}

export function makeNode(name: string, more: Partial<NodeRow> = {}): NodeRow {
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

/**
 * A coordinator's state with these machines, and what was sent to them and asked of their provider. Its cluster is formed.
 * @param refusal why none of them may leave etcd
 */
export async function createWorld(rows: readonly NodeRow[], refusal?: string) {
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
    intents: createCollection(store, '/intents/', intentRow),
  };
  const core = {
    connections: {
      live: () => undefined,
      sendReset: (id: string) => void sent.push(`reset ${id}`),
      end: (id: string) => void sent.push(`end ${id}`),
    },
    rollouts: { keysOf: (id: string) => [`/assignments/${id}`] },
    documents: { refresh: () => undefined },
    changes: createChanges(),
    provisioning: createTurns(),
    provider: { get: () => ({ remove: async (id: string) => void sent.push(`remove ${id}`) }) },
  };
  await revisions.clusters.put(CLUSTER_KEY, { ...(await revisions.cluster()), etcdFormed: true });
  const etcd = { refusalToLeave: async () => refusal, message: () => '' };
  const parts = { options: { clock }, state: rest as unknown as State, core: core as unknown as Core, etcd };

  /** As the keeper of etcd, once it has taken a member out. @returns the machine as it was then */
  async function whenOutOfEtcd(id: string): Promise<NodeRow> {
    for await (const _ of core.changes.turns(AbortSignal.timeout(10_000))) {
      const row = (await nodes.get(id))?.value;
      if (row?.leaving !== undefined) return row;
    }
    throw new Error('nobody said that it is to leave');
  }
  return { ...rest, parts, sent, whenOutOfEtcd };
}
