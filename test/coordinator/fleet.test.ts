import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Rendering } from '../../coordinator/documents.ts';
import { createFleetRecall, type FleetOptions, openFleet } from '../../coordinator/fleet.ts';
import { createNodes, type NodeRow } from '../../coordinator/nodes/row.ts';
import { createRevisions } from '../../coordinator/revisions.ts';
import { type PlaceRow, placeRow } from '../../coordinator/rows.ts';
import { endpointsOf } from '../../coordinator/serve-options.ts';
import { createCollection } from '../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import { silentLog } from '../../shared/fake-log.ts';

const FILE = `apiVersion: vent/v1alpha1
kind: Cluster
metadata: { name: demo }
spec:
  kubernetes: { version: 1.37.2 }
  network: { podCIDR: 192.168.0.0/23 }
  provider: { packet: { project: 00000000-0000-4000-8000-000000000000, facility: ewr1 } }
  pools:
    - { name: control, roles: [etcd, control-plane], count: 1, machine: { plan: c2.medium.x86 } }
    - { name: workers, roles: [worker], count: 1, machine: { plan: c2.medium.x86 } }
`;

function rowOf(name: string, pool: string, roles: NodeRow['roles'], host: number): NodeRow {
  return {
    id: randomUUID(),
    name,
    deviceId: name,
    tokenId: 't',
    documentGeneration: 0,
    pool,
    roles,
    providerId: `packet://${name}`,
    privateAddress: { address: `10.80.0.${host}`, prefix: 31, gateway: `10.80.0.${host - 1}` },
    spki: '',
    certificate: '',
    enrolledAt: new Date(0).toISOString(),
    facts: {
      hostname: name,
      architecture: 'x64',
      os: { id: 'debian', version: '12', name: 'Debian' },
      kernel: '6',
      cpus: 2,
      memoryBytes: 1,
      cgroup: 2,
      missingCapabilities: [],
      links: [],
      agentVersion: '0.1.0',
    },
  };
}

/** A coordinator that knows these machines, with components that render nothing. */
async function render(rows: readonly NodeRow[], left: readonly PlaceRow[] = []): Promise<readonly Rendering[]> {
  return (await open(rows, left)).rendered;
}

async function open(rows: readonly NodeRow[], left: readonly PlaceRow[]) {
  const store = createMemoryStore();
  const nodes = createNodes(store);
  const revisions = await createRevisions(store, createFakeClock());
  await revisions.apply({
    content: FILE,
    fileName: 'cluster.yaml',
    author: 'ada',
    message: '',
    isDryRun: false,
    agents: [],
  });
  const places = createCollection(store, '/places/', placeRow);
  for (const place of left) await places.put(place.name, place);
  for (const row of rows) await store.transact(nodes.adding(row));
  const artifact = (): never => assert.fail('no component asks for one');
  const options: FleetOptions = {
    store,
    revisions,
    nodes,
    places,
    components: [],
    artifact,
    catalogue: '',
    coordinator: endpointsOf({ advertise: '198.51.100.1' }),
    secretVersion: () => 1,
    agents: [],
    recall: createFleetRecall(),
    log: silentLog,
  };
  const fleet = await openFleet(options);
  assert.ok(fleet !== undefined);
  const rendered = await Promise.all(fleet.rows.map((row) => fleet.render(row, fleet.newest)));
  return { rendered, options, shares: Object.fromEntries(fleet.rows.map(({ name, podCIDR }) => [name, podCIDR])) };
}

describe('a cluster whose pod CIDR has no share left', () => {
  it('keeps the machines that have one going, and the others say what they wait for', async () => {
    const rendered = await render([
      rowOf('control-1', 'control', ['etcd', 'control-plane'], 3),
      rowOf('workers-1', 'workers', ['worker'], 5),
      rowOf('workers-2', 'workers', ['worker'], 7),
    ]);
    const waits = rendered.map(({ name, waitsFor }) => `${name}: ${waitsFor ?? 'has a document'}`).toSorted();
    const without = waits.filter((wait) => !wait.endsWith('has a document'));
    assert.equal(waits.length, 3);
    assert.equal(without.length, 1);
    assert.match(without[0] ?? '', /waits for a pod CIDR: every \/24 of 192\.168\.0\.0\/23 is taken/);
  });
});

describe('the place of a machine that has left', () => {
  const place = { name: 'workers-2', pool: 'workers', podCIDR: '192.168.0.0/24', leftAt: new Date(0).toISOString() };

  it('is taken by the one that has its name next, and left by others while there is another', async () => {
    const others = [rowOf('workers-1', 'workers', ['worker'], 5), rowOf('workers-2', 'workers', ['worker'], 7)];
    const { shares } = await open(others, [place]);
    assert.deepEqual(shares, { 'workers-1': '192.168.1.0/24', 'workers-2': '192.168.0.0/24' });
  });

  it('is taken by others when there is no other', async () => {
    const others = [rowOf('workers-1', 'workers', ['worker'], 5), rowOf('workers-3', 'workers', ['worker'], 7)];
    const { shares } = await open(others, [place]);
    assert.deepEqual(Object.values(shares).toSorted(), ['192.168.0.0/24', '192.168.1.0/24']);
  });
});

describe('a machine that is being reset', () => {
  it('has nothing rendered, so that nobody waits until it has taken it up', async () => {
    const resetting = { ...rowOf('workers-1', 'workers', ['worker'], 5), resettingSince: new Date(0).toISOString() };
    const rendered = await render([resetting, rowOf('control-1', 'control', ['etcd', 'control-plane'], 3)]);
    const waits = Object.fromEntries(rendered.map(({ name, waitsFor }) => [name, waitsFor ?? 'has a document']));
    assert.deepEqual(waits, { 'control-1': 'has a document', 'workers-1': 'is being reset' });
  });
});

describe('what a machine is rendered as', () => {
  const rows = [
    rowOf('control-1', 'control', ['etcd', 'control-plane'], 3),
    rowOf('workers-1', 'workers', ['worker'], 5),
  ];
  async function renderAgain(options: FleetOptions) {
    const fleet = await openFleet(options);
    assert.ok(fleet !== undefined);
    return await Promise.all(fleet.rows.map((row) => fleet.render(row, fleet.newest)));
  }

  it('is made anew only for what has become another', async () => {
    const { options } = await open(rows, []);
    const first = await renderAgain(options);
    const again = await renderAgain(options);
    assert.ok(first.every((rendering, index) => rendering === again[index]));
    const { facts } = rowOf('workers-1', 'workers', ['worker'], 5);
    const worker = first.find(({ name }) => name === 'workers-1');
    await options.nodes.update(worker?.nodeId ?? '', (row) =>
      row === undefined || facts === undefined ? undefined : { ...row, facts: { ...facts, cpus: 64 } },
    );
    const changed = await renderAgain(options);
    const others = changed.filter((rendering) => !first.includes(rendering)).map(({ name }) => name);
    assert.deepEqual(others, ['workers-1'], 'nobody is told how many processors another has');
  });

  it('is made anew for all when a machine, the catalogue or the coordinator’s address is another', async () => {
    const { options } = await open(rows, []);
    const differ = (one: readonly Rendering[], other: readonly Rendering[]): boolean =>
      one.every((rendering) => !other.includes(rendering));
    const first = await renderAgain(options);
    await options.store.transact(createNodes(options.store).adding(rowOf('workers-2', 'workers', ['worker'], 7)));
    const second = await renderAgain(options);
    assert.ok(differ(first, second));
    const third = await renderAgain({ ...options, catalogue: 'another' });
    assert.ok(differ(second, third));
    const coordinator = endpointsOf({ advertise: '198.51.100.9' });
    assert.ok(differ(third, await renderAgain({ ...options, catalogue: 'another', coordinator })));
  });
});
