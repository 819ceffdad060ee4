/** A cluster whose machines take up at once what they are given: control planes with etcd are called c, workers w. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { contentOf, type Rendering } from '../../../coordinator/documents.ts';
import { drainRow } from '../../../coordinator/drain/rows.ts';
import { createEtcdLease } from '../../../coordinator/etcd/lease.ts';
import type { Fleet } from '../../../coordinator/fleet.ts';
import type { NodeRow } from '../../../coordinator/nodes/row.ts';
import { createRollouts, type Health } from '../../../coordinator/rollout/rollouts.ts';
import { documentRow } from '../../../coordinator/rows.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import type { DocumentComponent, Resource } from '../../../shared/document.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import type { ClusterFile } from '../../../shared/spec/schema.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import { createFakeSnapshotRule } from '../snapshots/fake-rule.ts';
import { NO_COMMANDS } from './bench.ts';

const SOAK = 10_000;
const PACE = 'rollout: { maxUnavailable: 2, canary: 1, soak: 10s, deadline: 60s }';
const WELL: Health = { isConnected: true, complaint: undefined, hasFailed: false };
const CONTROL = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
const NODE = ['kubelet', 'kube-proxy'];

function fileOf(version: string): ClusterFile {
  const text = starterSpec().replace(/^spec:\n/m, `spec:\n  ${PACE}\n`);
  return loadSpec(text.replace(/version: [\d.]+/, `version: ${version}`), 'cluster.yaml');
}

function rowOf(name: string): NodeRow {
  const roles: NodeRow['roles'] = name.startsWith('c') ? ['etcd', 'control-plane'] : ['worker'];
  const etcd = roles.includes('etcd') ? { etcd: { initialCluster: '', initialClusterState: 'new' } } : {};
  return { id: randomUUID(), name, roles, deviceId: name, ...etcd } as unknown as NodeRow;
}

function programs({ roles }: NodeRow, version: string): readonly DocumentComponent[] {
  const names = roles.includes('control-plane') ? [...CONTROL, ...NODE] : NODE;
  return names.map((name) => {
    const place = { sha256: 'a'.repeat(64), size: 1, path: `/opt/vent/bin/${name}` };
    const artifact: Resource = { kind: 'artifact', name, version, ...place };
    return { name, resources: [artifact] };
  });
}

function createWorld(names: readonly string[], version: string) {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const documents = createCollection(store, '/documents/', documentRow);
  const drains = createCollection(store, '/drains/', drainRow);
  const rows = names.map(rowOf);
  const health = new Map<string, Health>(rows.map((row) => [row.id, WELL]));
  const gates = { verdict: () => undefined, ...NO_COMMANDS };
  const restarts = { prepare: async () => undefined };
  const connections = { ask: async () => ({ id: '', resources: [], error: '', form: 1 }), live: () => undefined };
  const deaf = { lookAgain: () => undefined, onChange: () => undefined, log: silentLog };
  const lease = createEtcdLease(store, clock);
  const snapshotRule = createFakeSnapshotRule();
  const around = { lease, gates, restarts, snapshotRule, connections, clock };
  const options = { store, documents, drains, health: async () => health, ...around, ...deaf };
  /** By machine: the program whose newest version makes it sick. */
  const spoilt = new Map<string, string>();
  return { options, clock, documents, drains, rows, health, spoilt, snapshots: snapshotRule, versions: [version] };
}

type World = ReturnType<typeof createWorld>;

function fleetOf({ versions, rows }: World): Fleet {
  return {
    cluster: { id: randomUUID(), name: 'demo' },
    epoch: 1,
    accepts: [],
    newest: versions.length,
    file: fileOf(versions.at(-1) ?? ''),
    rows,
    versions: async (revision) => ({ kubernetes: versions[revision - 1] ?? '', etcd: '3.7.3' }),
    foresee: () => assert.fail('nobody asks'),
    async render(row, revision): Promise<Rendering> {
      const { id, name, roles } = row;
      const components = programs(row, versions[revision - 1] ?? '');
      return { nodeId: id, name, roles, revision, components, waitsFor: undefined };
    },
  };
}

/** Whoever looks at drains: ends them as the test says. */
function drainage({ drains, rows }: World) {
  return {
    drains: async () => (await drains.list()).rows.map(({ value }) => `${value.name} ${value.phase}`).toSorted(),
    /** What the machine's drain has come to. */
    async finish(name: string, phase: 'left' | 'stuck') {
      const id = rows.find((row) => row.name === name)?.id ?? '';
      const message = phase === 'stuck' ? `${name} is not empty` : '';
      await drains.update(id, (row) => row && { ...row, phase, message });
    },
    /** Every drain ends at once: pods left, or come again. */
    async serveDrains() {
      for (const { key, value } of (await drains.list()).rows)
        if (value.phase === 'returning') await drains.remove(key);
        else if (value.phase === 'leaving') await drains.put(key, { ...value, phase: 'left' });
    },
  };
}

/** @param version of Kubernetes that everybody has at first */
export async function createUpgradeBench(names: readonly string[], version: string) {
  const world = createWorld(names, version);
  const { clock, documents } = world;
  /** By machine: its programs as it has them. */
  const present = new Map<string, readonly DocumentComponent[]>();
  let rollouts = createRollouts(world.options);

  /** One look: decides, hands out what is new, and lets the machines take it up. */
  async function look(): Promise<void> {
    for (const { nodeId, name, revision, components } of await rollouts.spread(fleetOf(world))) {
      if (components === undefined) continue;
      const content = contentOf(components);
      if ((await documents.get(nodeId))?.value.content === content) continue;
      const signed = { digest: '', payload: '', signature: '', keyId: '' };
      await documents.put(nodeId, { nodeId, epoch: 1, generation: 1, revision, content, ...signed });
      present.set(name, components);
      const isSick = versionOn(name, world.spoilt.get(name) ?? '') === world.versions.at(-1);
      world.health.set(nodeId, isSick ? { ...WELL, complaint: 'a program has failed' } : WELL);
    }
  }

  /** Looks three times, then lets a soak pass. */
  async function roll(turns: number): Promise<void> {
    for (let turn = 0; turn < turns; turn += 1) {
      for (const _ of [1, 2, 3]) await look();
      await clock.advance(SOAK);
    }
  }

  const versionOn = (name: string, program: string): string | undefined => {
    const found = present
      .get(name)
      ?.flatMap(({ resources }) => resources)
      .find((one) => one.name === program);
    return found?.kind === 'artifact' ? found.version : undefined;
  };

  await roll(2);
  return {
    ...world,
    ...drainage(world),
    look,
    roll,
    versionOn,
    add(name: string): void {
      const row = rowOf(name);
      world.rows.push(row);
      world.health.set(row.id, WELL);
    },
    /** The machine is sick from the next time on that it is given the newest version of that program. */
    spoil: (name: string, program = 'kube-apiserver'): void => void world.spoilt.set(name, program),
    heal(name: string): void {
      world.spoilt.delete(name);
      for (const row of world.rows) if (row.name === name) world.health.set(row.id, WELL);
    },
    /** Versions of API server, controllers and kubelet of the document that the machine has now. */
    assigned: (name: string) =>
      ['kube-apiserver', 'kube-scheduler', 'kubelet'].flatMap((program) => versionOn(name, program) ?? []),
    /** Names of the machines whose kubelet has that version. */
    having: (wanted: string) => names.filter((name) => versionOn(name, 'kubelet') === wanted),
    apply: (wanted: string): void => void world.versions.push(wanted),
    state: () => rollouts.status()?.rollout.state,
    message: () => rollouts.status()?.message ?? '',
    control: (action: 'pause' | 'resume' | 'abort') => rollouts.control(action, 'ada'),
    restart(): void {
      rollouts = createRollouts(world.options);
    },
  };
}
