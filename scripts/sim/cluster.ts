/** The real coordinator, with machines of a simulation in the place of a facility's. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { agentLeaf, issueOperatorCertificate } from '../../coordinator/authority/holders.ts';
import { connectOperator, type Operator } from '../../coordinator/cli/operator.ts';
import { COMPONENTS } from '../../coordinator/components/index.ts';
import type { NodeRow } from '../../coordinator/nodes/row.ts';
import { serve } from '../../coordinator/serve.ts';
import { endpointsOf, PORTS, type ServeOptions } from '../../coordinator/serve-options.ts';
import type { State } from '../../coordinator/state.ts';
import type { Clock } from '../../shared/clock.ts';
import type { Facts } from '../../shared/facts.ts';
import { encodePrivateKey, generateKey, keyIdOf, spkiOf } from '../../shared/identity/keys.ts';
import type { Logger } from '../../shared/log.ts';
import { normaliseSpec } from '../../shared/spec/load.ts';
import { settingsOf } from '../../shared/spec/patches.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import { loadServices } from '../../shared/wire.ts';
import { openWire } from './cut.ts';
import { createSimEtcd, type SimEtcd } from './etcd.ts';
import { createSimKubernetes, type SimKubernetes } from './kubernetes.ts';
import { createSimMachine, type SimMachine } from './machine.ts';
import { type Placed, placeMachines } from './placing.ts';

export interface SimCluster {
  readonly machines: readonly SimMachine[];
  readonly kubernetes: SimKubernetes;
  /** An administrator's connection to the coordinator that runs now. @throws VentError UNAVAILABLE while none does */
  operator(): Promise<Operator>;
  /**
   * Ends the coordinator, and starts it again on the same directory after that many milliseconds of the simulation.
   * @param advertise address that machines are told; its own unless given
   */
  restart(milliseconds: number, advertise?: string): Promise<void>;
  close(): Promise<void>;
}

export interface SimClusterOptions {
  readonly file: ClusterFile;
  readonly nodes: number;
  /** An address of the loopback network that nobody else listens on. */
  readonly host: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** A line of progress. */
  say(line: string): void;
  /** No more machines are made once it aborts. */
  readonly signal: AbortSignal;
}

/** Machines that are made between two lines of progress. */
const TOLD = 50;

const ARCHITECTURE = 'x64';

export async function openSimCluster(options: SimClusterOptions): Promise<SimCluster> {
  const { file, nodes, clock } = options;
  const directory = await mkdtemp(join(tmpdir(), 'vent-sim-'));
  const placed = placeMachines(file, nodes);
  const machines: SimMachine[] = [];
  const ending = new AbortController();
  const kubernetes = createSimKubernetes({
    takesPods: (node) => placed.some(({ name, roles }) => name === node && roles.includes('worker')),
    isSandboxed: file.spec.runtimes.sandbox === 'runsc',
    hasKubelet: (node) => machines.find(({ name }) => name === node)?.fake.systemd.isActive('kubelet.service') === true,
    clock,
  });
  const serving = serveOptions(options, join(directory, 'data'), kubernetes);
  let coordinator = await serve(serving, (state) => fillDepot(state, file, directory));
  const etcd = createSimEtcd();
  for (const place of placed) {
    if (options.signal.aborted) break;
    machines.push(await enrolMachine(options, coordinator.state, place, etcd));
    if (machines.length % TOLD === 0) options.say(`${machines.length} of ${placed.length} machines are made`);
  }
  for (const machine of machines) machine.start();
  const running = kubernetes.run(ending.signal);
  const operators = await openOperators(coordinator.state, options.host);
  return {
    machines,
    kubernetes,
    operator: () => operators.get(),
    async restart(milliseconds, advertise = serving.advertise) {
      await coordinator.close();
      await clock.wait(milliseconds);
      coordinator = await serve({ ...serving, advertise }, async () => undefined);
    },
    async close() {
      await Promise.allSettled(machines.map((machine) => machine.stop()));
      operators.close();
      ending.abort();
      await Promise.allSettled([running, coordinator.close()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** One connection for as long as the simulation runs: gRPC opens it anew when the coordinator comes back. */
async function openOperators({ authorities }: State, host: string) {
  const key = await generateKey();
  const leaf = await issueOperatorCertificate(authorities, { name: 'simulation', role: 'admin', spki: spkiOf(key) });
  const context = {
    ...{ name: 'simulation', address: `${host}:${PORTS.operator}`, roots: authorities.roots('vent') },
    ...{ certificate: leaf.chain, key: encodePrivateKey(key) },
  };
  let operator: Operator | undefined;
  return {
    async get(): Promise<Operator> {
      operator ??= await connectOperator(context);
      return operator;
    },
    close: () => operator?.close(),
  };
}

function serveOptions({ host, clock, random, log }: SimClusterOptions, data: string, { workloads }: SimKubernetes) {
  // Gates of the spec's own are open: who asks them is a matter of the real cluster.
  const open: typeof fetch = async () => new Response('', { status: 200 });
  return {
    data,
    ...{ listen: host, operatorListen: host, advertise: host },
    credentials: {},
    agentFiles: [],
    version: 'simulated',
    ...{ clock, log, random },
    fetch: open,
    openTransport: () => workloads.transport,
  } satisfies ServeOptions;
}

/** A small file for every program and image that the components ask for, in its version. */
async function fillDepot(state: State, file: ClusterFile, directory: string): Promise<void> {
  for (const { name, version } of listArtifacts(file)) {
    const path = join(directory, 'artifact');
    await writeFile(path, `${name} ${version}\n`);
    const content = await state.artifacts.add(path);
    await rm(path);
    await state.catalogue.lock({ name, version, architecture: ARCHITECTURE, ...content, upstream: 'simulated' });
  }
}

/** What the components would look up, by asking them. */
function listArtifacts(file: ClusterFile): readonly { readonly name: string; readonly version: string }[] {
  const asked = new Map<string, { readonly name: string; readonly version: string }>();
  const spec = {
    ...normaliseSpec(file),
    clusterId: randomUUID(),
    artifact(name: string, version: string, architecture: 'x64' | 'arm64') {
      asked.set(`${name} ${version}`, { name, version });
      return { name, version, architecture, sha256: '0'.repeat(64), size: 1 };
    },
    coordinator: endpointsOf({ advertise: '127.0.0.1' }),
    secretVersion: () => 1,
    agent: () => undefined,
  };
  for (const place of placeMachines(
    file,
    file.spec.pools.reduce((sum, { count }) => sum + count, 0),
  )) {
    const machine = {
      ...{ id: randomUUID(), name: place.name, pool: place.pool, roles: place.roles, providerId: 'sim://x' },
      privateAddress: place.address,
      privatePrefix: 31,
      privateGateway: place.gateway,
      publicAddress: undefined,
      podCIDR: '172.16.0.0/24',
      servesEtcd: true,
      etcd: { initialCluster: `${place.name}=https://${place.address}:2380`, initialClusterState: 'new' as const },
    };
    const self = { ...machine, facts: factsOf(place), settings: settingsOf(file.spec.patches, place) };
    for (const component of COMPONENTS) component.render(spec, self, [machine]);
  }
  return [...asked.values()];
}

function factsOf({ name, address }: Placed): Facts {
  return {
    hostname: name,
    architecture: ARCHITECTURE,
    os: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
    kernel: '6.1.0',
    cpus: 4,
    memoryBytes: 8 * 2 ** 30,
    cgroup: 2,
    missingCapabilities: [],
    links: [{ name: 'bond0', mac: '02:00:00:00:00:01', mtu: 1500, addresses: [{ address, prefix: 31 }] }],
    agentVersion: 'simulated',
  };
}

/** As enrolment leaves it: a row, and a certificate for a key that the machine has. */
async function enrolMachine(
  options: SimClusterOptions,
  state: State,
  place: Placed,
  etcd: SimEtcd,
): Promise<SimMachine> {
  const { host, clock, random, log } = options;
  const cluster = await state.revisions.cluster();
  const [id, key] = [randomUUID(), await generateKey()];
  const leaf = await state.authorities.issue('vent', agentLeaf(cluster.id, id, spkiOf(key)));
  const row: NodeRow = {
    ...{ id, name: place.name, deviceId: place.name, pool: place.pool, roles: [...place.roles] },
    providerId: `sim://${place.name}`,
    privateAddress: { address: place.address, prefix: 31, gateway: place.gateway },
    ...{ spki: keyIdOf(spkiOf(key)), certificate: leaf.serial },
    ...{ enrolledAt: new Date(clock.now()).toISOString(), tokenId: 'simulated', documentGeneration: 0 },
  };
  await state.store.transact(state.nodes.adding(row));
  const endpoints = endpointsOf({ advertise: host });
  const wire = await openWire(host, { host, port: PORTS.node });
  const identity = {
    ...{ nodeId: id, nodeName: place.name, clusterId: cluster.id, clusterName: options.file.metadata.name },
    ...{ nodeAddress: endpoints.node, artifactAddress: endpoints.artifacts },
    ...{ key: encodePrivateKey(key), chain: leaf.chain },
  };
  return createSimMachine({
    ...{ identity, wire, clock, random, log, facts: factsOf(place), services: loadServices() },
    trust: state.authorities.trust(),
    etcd: place.roles.includes('etcd') ? etcd : undefined,
    privateAddress: place.address,
    gateway: place.gateway,
  });
}
