/** A cluster whose roll-outs a test drives look by look: machines take up at once what they are given. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Live } from '../../../coordinator/connections.ts';
import { contentOf, type Rendering } from '../../../coordinator/documents.ts';
import { drainRow } from '../../../coordinator/drain/rows.ts';
import { createEtcdLease, type EtcdLease } from '../../../coordinator/etcd/lease.ts';
import { createEtcdRestarts, type EtcdRestarts } from '../../../coordinator/etcd/restarts.ts';
import type { Fleet } from '../../../coordinator/fleet.ts';
import type { NodeRow } from '../../../coordinator/nodes/row.ts';
import { createPromises } from '../../../coordinator/rollout/promises.ts';
import { createRollouts, type Health } from '../../../coordinator/rollout/rollouts.ts';
import { documentRow } from '../../../coordinator/rows.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore, type MemoryStore } from '../../../coordinator/store/memory.ts';
import type { Clock } from '../../../shared/clock.ts';
import type { DocumentComponent } from '../../../shared/document.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { CHANGE_FORM } from '../../../shared/report.ts';
import type { Risk } from '../../../shared/risk.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';
import type { PlanResultView, PlanView } from '../../../shared/wire.ts';
import { makeFile } from '../../agent/machine.ts';
import { createFakeSnapshotRule } from '../snapshots/fake-rule.ts';

const FILE = loadSpec(
  starterSpec().replace(/^spec:\n/m, 'spec:\n  rollout: { maxUnavailable: 2, canary: 1, soak: 10s, deadline: 60s }\n'),
  'cluster.yaml',
);
/** Of gates. */
export const NO_COMMANDS = { waiting: () => [], report: () => undefined, end: () => undefined };
const DEAF = { lookAgain: () => undefined, onChange: () => undefined, log: silentLog };
/** What of a document roll-outs do not look at. */
const UNSIGNED = { epoch: 1, generation: 1, digest: '', payload: '', signature: '', keyId: '' };
const VERSIONS = { kubernetes: '1.37.2', etcd: '3.7.3' };
const SICK: Health = { isConnected: true, complaint: 'kubelet.service is failed', hasFailed: false };
export const WELL: Health = { isConnected: true, complaint: undefined, hasFailed: false };

/** A member of etcd restarts for a text that begins with `etcd`. */
function contentFor(text: string, roles: NodeRow['roles']): readonly DocumentComponent[] {
  const content = text.startsWith('etcd') ? text : '';
  const etcd = { name: 'etcd', resources: [makeFile('/etc/etcd/x', content)] };
  return [{ name: 'a', resources: [makeFile('/etc/vent/x', text)] }, ...(roles.includes('etcd') ? [etcd] : [])];
}

function renderAs({ id, name, roles }: NodeRow, revision: number, text: string): Rendering {
  return { nodeId: id, name, roles, revision, components: contentFor(text, roles), waitsFor: undefined };
}

export function rowOf(name: string, roles: NodeRow['roles']): NodeRow {
  const etcd = roles.includes('etcd') ? { etcd: { initialCluster: '', initialClusterState: 'new' } } : {};
  const privateAddress = { address: '10.0.0.1', prefix: 31, gateway: '10.0.0.0' };
  return { id: randomUUID(), name, roles, deviceId: name, privateAddress, ...etcd } as unknown as NodeRow;
}

/** Nobody answers: of one member none is asked. */
const SILENT = { live: () => undefined, operate: async () => assert.fail('nobody is to be asked') };

function createRules(rows: readonly NodeRow[], lease: EtcdLease, clock: Clock): EtcdRestarts {
  const listed = rows.map((value) => ({ key: value.id, value, revision: 1 }));
  const nodes = { list: async () => ({ rows: listed, revision: 1 }) };
  const signing = { sign: async () => assert.fail('nothing is to be signed'), clusterId: async () => 'c' };
  return createEtcdRestarts({ ...signing, nodes, lease, clock, connections: SILENT, letsThrough: () => true });
}

/** What machines say they would do and what they then do, as `write /etc/x` by name; a machine does what it says unless told. */
function createForesight(rows: readonly NodeRow[]) {
  const plans = new Map<string, readonly string[]>();
  const deeds = new Map<string, readonly string[]>();
  /** Machines that do not say what they would do. */
  const silent = new Set<string>();
  const nameOf = (nodeId: string): string => rows.find(({ id }) => id === nodeId)?.name ?? '';
  const of = { id: 'file:/etc/vent/x', component: 'a' };
  const connections = {
    async ask(nodeId: string): Promise<PlanResultView> {
      if (silent.has(nameOf(nodeId))) return await new Promise(() => undefined);
      const changes = (plans.get(nameOf(nodeId)) ?? []).map((change) => ({ change, is_required: true }));
      const resource = { ...of, sentences: [], left: [], is_removal: false, error: '', changes };
      // Members of etcd that are asked whether all is well have nothing to do.
      return { id: '', resources: changes.length === 0 ? [] : [resource], error: '', form: CHANGE_FORM };
    },
    live(nodeId: string): Live {
      const done = deeds.get(nameOf(nodeId)) ?? plans.get(nameOf(nodeId)) ?? [];
      const changes = done.map((change) => ({ ...of, change, sentence: `${change}: because` }));
      const told = { generation: UNSIGNED.generation, form: CHANGE_FORM, changes, isCut: false, hasRebooted: false };
      return { report: { done: told, drift: [] } } as unknown as Live;
    },
  };
  /** Keeps what they say now as a plan. @returns its hash */
  async function promise(store: MemoryStore, machines: readonly string[]): Promise<string> {
    const read = async (machine: string) => {
      const nodeId = rows.find(({ name }) => name === machine)?.id ?? '';
      return { machine, ...(await connections.ask(nodeId)) };
    };
    const plan = { hash: 'abc', machines: await Promise.all(machines.map(read)) };
    await createPromises(store).keep(plan as unknown as PlanView, undefined);
    return plan.hash;
  }
  return { plans, deeds, silent, connections, promise };
}

/** A cluster whose machines take up at once what they are given, with the content of each revision by number. */
function createBench(names: readonly string[] = ['c1', 'w1', 'w2', 'w3', 'w4', 'w5'], chosen?: EtcdRestarts) {
  const store = createMemoryStore();
  const clock = createFakeClock();
  const documents = createCollection(store, '/documents/', documentRow);
  const drains = createCollection(store, '/drains/', drainRow);
  const rows = names.map((name) => rowOf(name, name.startsWith('c') ? ['etcd', 'control-plane'] : ['worker']));
  const health = new Map<string, Health>(rows.map((row) => [row.id, WELL]));
  const contents = new Map([[1, 'one']]);
  const bad = new Set<number>(); // Revisions that make a machine sick.
  const gate = { complaint: '', since: 0 };
  const gates = { verdict: () => (gate.complaint === '' ? undefined : gate), ...NO_COMMANDS };
  let newest = 1;
  let accepts: readonly Risk[] = [];
  let plan: string | undefined;
  const lease = createEtcdLease(store, clock);
  const snapshotRule = createFakeSnapshotRule();
  const restarts = chosen ?? createRules(rows, lease, clock);
  const { connections, ...foresight } = createForesight(rows);
  const world = { store, documents, drains, lease, gates, restarts, snapshotRule, connections, clock };
  const options = { ...world, health: async () => health, ...DEAF };
  let rollouts = createRollouts(options);

  const fleet = (): Fleet => ({
    ...{ cluster: { id: randomUUID(), name: 'demo' }, epoch: 1, file: FILE },
    ...{ accepts, newest, plan, rows },
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
      await documents.put(nodeId, { ...UNSIGNED, nodeId, revision, content });
      health.set(nodeId, bad.has(revision) ? SICK : WELL);
    }
    return Object.fromEntries(rendered.map(({ name, revision }) => [name, revision]));
  }

  return {
    ...{ rows, health, bad, gate, clock, lease, look, ...foresight },
    snapshots: snapshotRule,
    status: () => rollouts.status(),
    control: (action: 'pause' | 'resume' | 'abort') => rollouts.control(action, 'ada'),
    apply(content: string, ...accepted: readonly Risk[]): void {
      newest += 1;
      accepts = accepted;
      contents.set(newest, content);
    },
    newest: () => newest,
    /** As one that was applied with a plan in which these machines say what they say now. */
    async promise(machines: readonly string[]): Promise<void> {
      plan = await foresight.promise(store, machines);
    },
    restart(): void {
      rollouts = createRollouts(options);
    },
  };
}

/** @param restarts the rules of etcd, where its members are to be more than silent */
export function createCluster(names?: readonly string[], restarts?: EtcdRestarts) {
  const bench = createBench(names, restarts);
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
