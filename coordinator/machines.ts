/** Every machine with what it does now, from the moment its create call is recorded: joins what rows, connections, provider and Kubernetes say. */

import type { Changes } from '../shared/changes.ts';
import type { Clock } from '../shared/clock.ts';
import type { Condition, MachineState, NodeReport } from '../shared/report.ts';
import { conditionToWire, factsToWire, type MachineView } from '../shared/wire.ts';
import type { Arrivals } from './arrivals.ts';
import type { Connections } from './connections.ts';
import type { Documents } from './documents.ts';
import type { Lookout, Sight } from './lookout.ts';
import { EMPTY_VIEW, type Left, viewLeft, viewStranger } from './nodes/outside.ts';
import type { NodeRow } from './nodes/row.ts';
import { type Doing, describeGone, describeMachine } from './nodes/view.ts';
import { compareNames } from './rollout/moves.ts';
import type { IntentRow, PlaceRow, ProgressRow } from './rows.ts';
import type { Collection } from './store/collection.ts';

export interface MachinesOptions {
  readonly intents: Collection<IntentRow>;
  readonly nodes: Collection<NodeRow>;
  readonly places: Collection<PlaceRow>;
  readonly progress: Collection<ProgressRow>;
  readonly documents: Documents;
  readonly connections: Connections;
  readonly arrivals: Arrivals;
  readonly lookout: Pick<Lookout, 'sight' | 'isGone'>;
  /** KubernetesReady and SandboxProved, where the machine runs a kubelet and the cluster is that far. */
  observed(nodeId: string): readonly Condition[] | undefined;
  readonly changes: Changes;
  readonly clock: Clock;
}

export interface Machines {
  list(): Promise<readonly MachineView[]>;
  /** The whole list now and after every change, until the signal aborts. */
  watch(signal: AbortSignal): AsyncIterable<readonly MachineView[]>;
}

class MachineList implements Machines {
  readonly #options: MachinesOptions;
  readonly #states = new Map<string, { readonly state: MachineState; readonly since: string }>();

  constructor(options: MachinesOptions) {
    this.#options = options;
  }

  async list(): Promise<readonly MachineView[]> {
    const nodes = (await this.#options.nodes.list()).rows.map((row) => row.value);
    const enrolled = new Set(nodes.map((node) => node.deviceId));
    const intents = await this.#intents();
    const left = await this.#left(enrolled);
    const arriving = intents.filter(
      ({ deviceId }) => deviceId === undefined || !(enrolled.has(deviceId) || left.has(deviceId)),
    );
    const created = new Map(intents.map((intent) => [intent.deviceId, intent.createdAt]));
    const members = await Promise.all(
      nodes.map((node) => this.#viewMember(node, created.get(node.deviceId) ?? node.enrolledAt)),
    );
    const strangers = this.#options.arrivals
      .refusals()
      .filter(({ deviceId }) => !enrolled.has(deviceId) && !created.has(deviceId));
    return [
      ...members,
      ...arriving.map((intent) => this.#viewArrival(intent)),
      ...[...left.values()].map((place) => viewLeft(place)),
      ...strangers.map((refusal) => viewStranger(refusal)),
    ].sort(compareNames);
  }

  async *watch(signal: AbortSignal): AsyncGenerator<readonly MachineView[]> {
    for await (const _ of this.#options.changes.turns(signal)) yield await this.list();
  }

  /** Machines that were reset and have not come back, by device. */
  async #left(enrolled: ReadonlySet<string>): Promise<ReadonlyMap<string, Left>> {
    const left = new Map<string, Left>();
    for (const { value } of (await this.#options.places.list()).rows) {
      const { deviceId } = value;
      const isBack = deviceId === undefined || enrolled.has(deviceId) || this.#isAsking(deviceId);
      if (!isBack) left.set(deviceId, { ...value, deviceId });
    }
    return left;
  }

  #isAsking(deviceId: string): boolean {
    return this.#options.arrivals.of(deviceId, []).enrollingSince !== undefined;
  }

  async #intents(): Promise<readonly IntentRow[]> {
    return (await this.#options.intents.list()).rows.map((row) => row.value);
  }

  /** Since when it is in that state; in memory, so a restart of the coordinator begins to count anew. */
  #since(key: string, state: MachineState, begin: string): string {
    const before = this.#states.get(key);
    if (before?.state === state) return before.since;
    const since = before === undefined ? begin : new Date(this.#options.clock.now()).toISOString();
    this.#states.set(key, { state, since });
    return since;
  }

  #viewArrival(intent: IntentRow): MachineView {
    const sight = this.#options.lookout.sight(intent.id);
    const { device } = sight;
    const doing = this.#describeArrival(intent, sight);
    const addressOf = (isPublic: boolean): string =>
      device?.addresses.find((one) => one.family === 4 && one.management && one.public === isPublic)?.address ?? '';
    return {
      ...EMPTY_VIEW,
      name: intent.hostname,
      device_id: intent.deviceId ?? '',
      pool: intent.pool,
      state: doing.state,
      message: doing.message,
      public_address: addressOf(true),
      private_address: addressOf(false),
      created_at: intent.createdAt,
      state_since: this.#since(intent.id, doing.state, intent.createdAt),
    };
  }

  #describeArrival(intent: IntentRow, { device, isGone, error }: Sight): Doing {
    if (isGone && error === undefined)
      return {
        state: 'gone',
        message: describeGone(intent.hostname),
      };
    const addresses = device?.addresses.map((one) => one.address) ?? [];
    const doing = describeMachine({
      ...NOT_YET,
      name: intent.hostname,
      createdAt: intent.createdAt,
      createError: error ?? intent.error,
      device,
      ...this.#options.arrivals.of(intent.deviceId ?? '', addresses),
    });
    // What was heard of the device before may no longer be true.
    return device === undefined || error === undefined ? doing : { ...doing, message: `${doing.message}; ${error}` };
  }

  async #viewMember(node: NodeRow, createdAt: string): Promise<MachineView> {
    const { documents, connections, progress, arrivals, observed, lookout } = this.#options;
    const live = connections.live(node.id);
    const generation = await documents.generation(node.id);
    const seen = observed(node.id) ?? (node.podCIDR === undefined ? [] : [notSeenYet(node)]);
    const conditions = [
      enrolled(node),
      ...etcdHealth(node, live?.report),
      ...(live?.report?.conditions ?? []),
      ...seen,
    ];
    const wasReady = (await progress.get(node.id))?.value.wasReady === true;
    const doing = describeMachine({
      ...NOT_YET,
      name: node.name,
      ...arrivals.of(node.deviceId, []),
      createdAt,
      enrolledAt: node.enrolledAt,
      resettingSince: node.resettingSince,
      leavesFor: node.leavesFor,
      isConnected: live?.isConnected === true,
      isDeviceGone: lookout.isGone(node.id),
      connectionSince: live?.since,
      waitsFor: generation === 0 ? documents.waitsFor(node.id) : undefined,
      generation,
      report: live?.report,
      wasReady,
      observed: seen,
    });
    if (doing.state === 'ready' && !wasReady) await progress.put(node.id, { nodeId: node.id, wasReady: true });
    return {
      ...EMPTY_VIEW,
      id: node.id,
      name: node.name,
      device_id: node.deviceId,
      pool: node.pool,
      roles: node.roles,
      state: doing.state,
      message: doing.message,
      public_address: node.publicAddress?.address ?? '',
      private_address: node.privateAddress.address,
      generation: String(generation),
      observed_generation: String(live?.report?.generation ?? 0),
      conditions: conditions.map(conditionToWire),
      resources: live?.report?.resources ?? [],
      converged_count: live?.report?.convergedCount ?? 0,
      facts: node.facts === undefined ? undefined : factsToWire(node.facts),
      pod_cidr: node.podCIDR ?? '',
      provider_id: node.providerId,
      created_at: createdAt,
      state_since: this.#since(node.id, doing.state, node.enrolledAt),
      agent_version: live?.agentVersion ?? '',
      last_seen_at: live?.lastSeenAt ?? '',
    };
  }
}

function enrolled(node: NodeRow): Condition {
  return {
    type: 'Enrolled',
    status: 'True',
    reason: 'IdentityIssued',
    message: '',
    observedGeneration: 0,
    lastTransitionTime: node.enrolledAt,
  };
}

/** Of etcd members only: whether everything of the component has converged, its health probe included. */
function etcdHealth(node: NodeRow, report: NodeReport | undefined): readonly Condition[] {
  if (node.etcd === undefined) return [];
  const pending = report?.resources.find((resource) => resource.component === 'etcd');
  const isHealthy = report !== undefined && report.convergedCount > 0 && pending === undefined;
  return [
    {
      type: 'EtcdHealthy',
      status: report === undefined ? 'Unknown' : isHealthy ? 'True' : 'False',
      reason: report === undefined ? 'NotReported' : isHealthy ? 'MemberHealthy' : 'MemberStarting',
      message: pending === undefined ? '' : `${pending.id}: ${pending.message}`,
      observedGeneration: report?.generation ?? 0,
      lastTransitionTime: pending?.since ?? node.enrolledAt,
    },
  ];
}

/** A machine with a kubelet is not ready before Kubernetes was asked about it. */
function notSeenYet(node: NodeRow): Condition {
  return {
    type: 'KubernetesReady',
    status: 'Unknown',
    reason: 'ApiMissing',
    message: 'waits for the Kubernetes API to answer',
    observedGeneration: 0,
    lastTransitionTime: node.enrolledAt,
  };
}

const NOT_YET = {
  createError: undefined,
  device: undefined,
  downloadingSince: undefined,
  downloadError: undefined,
  enrollingSince: undefined,
  enrolError: undefined,
  enrolledAt: undefined,
  resettingSince: undefined,
  leavesFor: undefined,
  isConnected: false,
  isDeviceGone: false,
  connectionSince: undefined,
  waitsFor: undefined,
  generation: 0,
  report: undefined,
  wasReady: false,
  observed: [],
};

export function createMachines(options: MachinesOptions): Machines {
  return new MachineList(options);
}
