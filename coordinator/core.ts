/** The parts between the store and the ports: provider, connections, documents, machines. */

import type { Changes } from '../shared/changes.ts';
import { parseDuration } from '../shared/duration.ts';
import { VentError } from '../shared/errors.ts';
import type { Condition } from '../shared/report.ts';
import type { ClusterFile } from '../shared/spec/schema.ts';
import { type Arrivals, createArrivals } from './arrivals.ts';
import { agentsOf } from './artifacts/agent-files.ts';
import { type Change, createChange, healthOf } from './change.ts';
import { type Connections, createConnections } from './connections.ts';
import { createKubernetesWay, type KubernetesWay } from './kubernetes/way.ts';
import { createLookout, type Lookout } from './lookout.ts';
import { createMachines, type Machines } from './machines.ts';
import { createProvider } from './providers/index.ts';
import type { Provider } from './providers/provider.ts';
import { bindFound } from './provision.ts';
import { endpointsOf, type ServeOptions } from './serve-options.ts';
import { createSnapshotRule, type SnapshotRule } from './snapshots/rule.ts';
import { createSnapshotTaker, type SnapshotTaker } from './snapshots/taker.ts';
import { createUploads, type Uploads } from './snapshots/uploads.ts';
import type { State } from './state.ts';
import { createTurns, type Turns } from './turns.ts';

export interface Core extends Change {
  readonly changes: Changes;
  readonly provider: CurrentProvider;
  /** Machines are created and removed by one caller at a time. */
  readonly provisioning: Turns;
  readonly connections: Connections;
  readonly arrivals: Arrivals;
  readonly kubernetes: KubernetesWay;
  /** Conditions that the coordinator sees from Kubernetes, by node id. */
  readonly observed: Map<string, readonly Condition[]>;
  readonly lookout: Lookout;
  readonly uploads: Uploads;
  readonly taker: SnapshotTaker;
  readonly snapshotRule: SnapshotRule;
  readonly machines: Machines;
}

/** The provider of the newest spec, made anew when its settings change. */
export class CurrentProvider {
  readonly #options: ServeOptions;
  #settings = '';
  #provider: Provider | undefined;
  /** Why there is none although a spec names one. */
  #failure: VentError | undefined;

  constructor(options: ServeOptions) {
    this.#options = options;
  }

  /** @returns undefined before the first revision @throws VentError INVALID_INPUT without credentials for it */
  async refresh(state: State): Promise<Provider | undefined> {
    const newest = await state.revisions.newest();
    if (newest === undefined) return undefined;
    const settings = JSON.stringify(newest.file.spec.provider);
    if (settings !== this.#settings || this.#provider === undefined) {
      const { fetch, clock, log, credentials } = this.#options;
      this.#provider = undefined;
      this.#failure = undefined;
      try {
        this.#provider = createProvider(newest.file.spec.provider, credentials, { fetch, clock, log });
      } catch (thrown) {
        this.#failure = VentError.from(thrown);
        throw this.#failure;
      }
      this.#settings = settings;
    }
    return this.#provider;
  }

  /** @throws VentError NOT_FOUND before the first revision, INVALID_INPUT without credentials */
  get(): Provider {
    if (this.#provider !== undefined) return this.#provider;
    if (this.#failure !== undefined) throw this.#failure;
    throw new VentError('NOT_FOUND', 'cannot ask the provider: no cluster was applied yet', { retry: 'backoff' });
  }
}

export async function createCore(options: ServeOptions, state: State, changes: Changes): Promise<Core> {
  const { clock, log } = options;
  const provider = new CurrentProvider(options);
  await provider
    .refresh(state)
    .catch((thrown: unknown) => log.warn('the provider cannot be used', { cause: VentError.from(thrown).message }));
  const connections = createConnections(clock);
  const keeping = createSnapshotKeeping(options, state, connections, () => {
    documents.refresh();
    changes.notify();
  });
  const provisioning = createTurns();
  const arrivals = createArrivals(clock, changes.notify);
  const observed = new Map<string, readonly Condition[]>();
  const health = async (): Promise<ReturnType<typeof healthOf>> => healthOf(await machines.list());
  const change = createChange({
    ...options,
    coordinator: endpointsOf(options),
    agents: agentsOf(options.agentFiles),
    state,
    connections,
    health,
    snapshotRule: keeping.snapshotRule,
    onChange: changes.notify,
  });
  const { documents } = change;
  const lookout = createLookout({
    ...state,
    provider: () => provider.refresh(state),
    isConnected: (nodeId) => connections.live(nodeId)?.isConnected === true,
    bindFound: (current) => bindInTurn(state, provisioning, current),
    changes,
    clock,
    log,
  });
  const machines: Machines = createMachines({
    ...state,
    documents,
    connections,
    arrivals,
    lookout,
    observed: (nodeId) => observed.get(nodeId),
    changes,
    clock,
  });
  connections.onChange(changes.notify);
  return {
    ...change,
    changes,
    provider,
    provisioning,
    connections,
    arrivals,
    kubernetes: createKubernetesWay(),
    observed,
    lookout,
    ...keeping,
    machines,
  };
}

/** @param onChange called when one was taken for the rule, or could not be */
function createSnapshotKeeping(
  { clock, log }: ServeOptions,
  state: State,
  connections: Connections,
  onChange: () => void,
): Pick<Core, 'uploads' | 'taker' | 'snapshotRule'> {
  const { snapshots: book, nodes, revisions } = state;
  const uploads = createUploads();
  const file = async (): Promise<ClusterFile> => {
    const newest = await revisions.newest();
    if (newest !== undefined) return newest.file;
    throw new VentError('NOT_FOUND', 'cannot find a cluster: none was applied yet');
  };
  const taker = createSnapshotTaker({
    ...{ book, uploads, nodes, connections, file, clock, log },
    sign: (payload) => state.authorities.documentSigner.sign(payload),
    cluster: () => revisions.cluster(),
  });
  const maxAge = async (): Promise<number> => parseDuration((await file()).spec.etcd.snapshot.maxAge);
  return { uploads, taker, snapshotRule: createSnapshotRule({ book, taker, maxAge, onChange, clock }) };
}

/** Whoever has the turn settles open intents himself. */
async function bindInTurn(state: State, provisioning: Turns, provider: Provider): Promise<void> {
  const end = provisioning.tryTake();
  if (end === undefined) return;
  try {
    const bindToken = async (tokenId: string, deviceId: string): Promise<void> =>
      void (await state.tokens.bind(tokenId, deviceId));
    await bindFound({ intents: state.intents, bindToken }, provider);
  } finally {
    end();
  }
}
