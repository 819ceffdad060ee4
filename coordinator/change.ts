/** How a wish becomes documents: rendering, roll-outs, plans, put together. */
import type { Clock } from '../shared/clock.ts';
import type { Endpoints } from '../shared/endpoints.ts';
import type { Logger } from '../shared/log.ts';
import type { ClusterFile } from '../shared/spec/schema.ts';
import type { MachineView } from '../shared/wire.ts';
import { COMPONENTS } from './components/index.ts';
import { rules } from './components/rules.ts';
import type { Connections } from './connections.ts';
import { createDocuments, type Documents } from './documents.ts';
import { createEtcdRestarts } from './etcd/restarts.ts';
import { createFleetRecall, type FleetOptions, openFleet, previewFleet } from './fleet.ts';
import { createPlanner, type Planner } from './plan/planner.ts';
import { readProspects } from './plan/prospects.ts';
import { createGateKeeper } from './rollout/gates.ts';
import { patienceOf } from './rollout/pace.ts';
import { createRollouts, type Health, type Rollouts } from './rollout/rollouts.ts';
import type { AgentRow } from './rows.ts';
import type { SnapshotRule } from './snapshots/rule.ts';
import type { State } from './state.ts';

export interface Change {
  readonly documents: Documents;
  readonly rollouts: Rollouts;
  readonly planner: Planner;
  /** As `previewFleet`, with what the coordinator knows now. */
  preview(file: ClusterFile): Promise<void>;
}

export interface ChangeOptions {
  readonly state: State;
  readonly connections: Connections;
  /** Where machines reach this coordinator. */
  readonly coordinator: Endpoints;
  /** What machines get as their agent with the next revision. */
  readonly agents: readonly AgentRow[];
  /** By node id. */
  health(): Promise<ReadonlyMap<string, Health>>;
  readonly snapshotRule: SnapshotRule;
  /** Called when what people see of a roll-out has changed. */
  onChange(): void;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Logger;
}

export function createChange(options: ChangeOptions): Change {
  const { state, connections, coordinator, agents, health, snapshotRule, onChange, fetch, clock, log } = options;
  const recall = createFleetRecall();
  const fleetOptions = async (): Promise<FleetOptions> => {
    const catalogue = await state.catalogue.read();
    const artifact = catalogue.lookup.bind(catalogue);
    const secretVersion = (name: string): number => state.secrets.version(name);
    return {
      ...state,
      components: COMPONENTS,
      artifact,
      secretVersion,
      coordinator,
      agents,
      recall,
      log,
      catalogue: JSON.stringify(catalogue.entries),
    };
  };
  const lookAgain = (): void => documents.refresh();
  const gates = createGateKeeper({ fetch, clock, onChange: lookAgain });
  const restarts = createEtcdRestarts({
    ...state,
    connections,
    clusterId: async () => (await state.revisions.cluster()).id,
    letsThrough: (nodeId) => documents.hasInForce(nodeId, rules.name),
    sign: (payload) => state.authorities.documentSigner.sign(payload),
    clock,
  });
  const rollouts = createRollouts({
    ...{ ...state, restarts, snapshotRule, connections, health, gates },
    ...{ lookAgain, onChange, clock, log },
  });
  const documents: Documents = createDocuments({
    async renderFleet() {
      const fleet = await openFleet(await fleetOptions());
      return fleet === undefined
        ? undefined
        : { ...fleet, patience: patienceOf(fleet.file), nodes: await rollouts.spread(fleet) };
    },
    rows: state.documents,
    connections,
    sign: (payload) => state.authorities.documentSigner.sign(payload),
    clock,
    log,
  });
  const planner = createPlanner({
    async prospects(file) {
      const fleet = await openFleet(await fleetOptions());
      return fleet === undefined
        ? { machines: [], stages: ['rest'] }
        : await readProspects({ ...state, health, rollouts }, fleet, file);
    },
    async newest() {
      const newest = await state.revisions.newest();
      return newest && { number: newest.row.number, file: newest.file };
    },
    connections,
  });
  return {
    documents,
    rollouts,
    planner,
    preview: async (file) => await previewFleet(await fleetOptions(), file),
  };
}

/** A drifted machine does what it should; what was changed on it is another matter. */
export function healthOf(machines: readonly MachineView[]): ReadonlyMap<string, Health> {
  return new Map(
    machines.map(({ id, state, message }) => [
      id,
      {
        isConnected: state !== 'unreachable' && state !== 'gone',
        hasFailed: state === 'failed',
        complaint: state === 'ready' || state === 'drifted' ? undefined : message === '' ? state : message,
      },
    ]),
  );
}
