/** The coordinator's four ports: which service listens where, and who may call it. */

import { VentError } from '../shared/errors.ts';
import type { Caller } from '../shared/rpc.ts';
import { loadServices } from '../shared/wire.ts';
import { agentsOf } from './artifacts/agent-files.ts';
import { createArtifactListener } from './artifacts/server.ts';
import { type Holder, readHolder, type ServerIdentity } from './authority/holders.ts';
import type { Core } from './core.ts';
import { createCordons } from './drain/cordons.ts';
import { createBoundedMap, ENROLMENT_LIMITS } from './enrolment/rates.ts';
import { createEnrolment, type Enrolment, type Peer } from './enrolment.ts';
import type { EtcdKeeper } from './etcd/keeper.ts';
import { type Listener, listenGrpc } from './grpc-listener.ts';
import { listenHttps } from './https-listener.ts';
import { findNode } from './nodes/row.ts';
import { createOperations } from './operations.ts';
import { leave } from './resets.ts';
import { holdMachine } from './rollout/hold.ts';
import { createPromises } from './rollout/promises.ts';
import { endpointsOf, PORTS, type ServeOptions } from './serve-options.ts';
import { createEnrolService } from './services/enrol.ts';
import { createHealthService } from './services/health.ts';
import { createNodeService } from './services/node.ts';
import { createOperatorService } from './services/operator.ts';
import type { State } from './state.ts';

export interface PortParts {
  readonly options: ServeOptions;
  readonly state: State;
  readonly core: Core;
  readonly etcd: EtcdKeeper;
  readonly identity: ServerIdentity;
  readonly clusterId: string;
}

export interface Ports {
  /** Tells those who watch the health of a port that it ends, lets calls under way end, and closes. */
  close(milliseconds: number): Promise<void>;
}

type HolderOf = (caller: Caller) => Promise<Holder | undefined>;

/** Opens all of them. @throws VentError UNAVAILABLE when one cannot be had; those opened before stay open */
export async function openPorts(parts: PortParts): Promise<Ports> {
  const { options, state, core, identity, clusterId } = parts;
  const services = loadServices();
  const holderOf: HolderOf = async ({ certificate }) =>
    certificate === undefined ? undefined : readHolder(certificate, clusterId);
  const enrolment = openEnrolment(parts);
  const clientRoots = state.authorities.roots('vent');
  const drains: (() => void)[] = [];
  const health = (name: string) => {
    const service = createHealthService([name]);
    drains.push(service.drain);
    return { definition: services.health, implementation: service.implementation };
  };
  const at = (host: string, name: keyof typeof PORTS) => ({ host, port: PORTS[name], identity });
  const listeners: readonly Listener[] = [
    await listenGrpc({
      ...at(options.listen, 'enrol'),
      clientRoots: undefined,
      maxMessage: 16 << 10,
      maxStreams: 4,
      services: [
        { definition: services.enrol, implementation: enrolService(parts, enrolment) },
        health('vent.v1.EnrolService'),
      ],
    }),
    await listenGrpc({
      ...at(options.listen, 'node'),
      clientRoots,
      maxMessage: 1 << 20,
      maxStreams: 32,
      services: [
        { definition: services.node, implementation: nodeService(parts, enrolment, holderOf) },
        health('vent.v1.NodeService'),
      ],
    }),
    await listenGrpc({
      ...at(options.operatorListen, 'operator'),
      clientRoots,
      maxMessage: 4 << 20,
      maxStreams: 32,
      services: [
        { definition: services.operator, implementation: operatorService(parts, holderOf) },
        health('vent.v1.OperatorService'),
      ],
    }),
    await listenHttps({
      ...at(options.listen, 'web'),
      artifacts: createArtifactListener({
        store: state.artifacts,
        onAgentRequested: (address) => core.arrivals.downloading(plainAddress(address)),
        log: options.log,
      }),
      isReady: () => true,
      onDistrusted: (address, reason) => core.arrivals.downloading(plainAddress(address), distrust(reason)),
    }),
  ];
  return {
    async close(milliseconds) {
      for (const drain of drains) drain();
      await Promise.all(listeners.map((listener) => listener.close(milliseconds)));
    },
  };
}

function openEnrolment({ options, state, core, clusterId }: PortParts): Enrolment {
  const endpoints = endpointsOf(options);
  return createEnrolment({
    ...state,
    clusterId,
    provider: () => core.provider.get(),
    answer: async () => ({
      clusterName: (await state.revisions.cluster()).name,
      nodeAddress: endpoints.node,
      artifactAddress: endpoints.artifacts,
    }),
    limits: ENROLMENT_LIMITS,
    clock: options.clock,
    log: options.log,
  });
}

/** IPv4 addresses as the provider writes them, also of a socket that takes both families. */
function plainAddress(address: string): string {
  return address.replace(/^::ffff:/, '');
}

function distrust(reason: string): string {
  return `does not accept this coordinator's certificate (${reason}): was its userdata made by another one?`;
}

/** What becomes of each machine that asks is shown in status; only Begin says which device it is. */
function enrolService({ options, core, identity }: PortParts, enrolment: Enrolment) {
  const devices = createBoundedMap<string>(ENROLMENT_LIMITS.remembered);
  const peerOf = (address: string): Peer => ({ address, serverSpki: identity.spki });

  async function note<T>(deviceId: string | undefined, work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (thrown) {
      if (deviceId !== undefined) core.arrivals.enrolling(deviceId, VentError.from(thrown).message);
      throw thrown;
    }
  }

  return createEnrolService({
    async begin(request, { address }) {
      core.arrivals.enrolling(request.deviceId);
      const begun = await note(request.deviceId, enrolment.begin(request, peerOf(address)));
      devices.set(begun.challengeId, request.deviceId);
      return begun;
    },
    async finish(request, { address }) {
      const deviceId = devices.get(request.challengeId);
      const enrolled = await note(deviceId, enrolment.finish(request, peerOf(address)));
      devices.delete(request.challengeId);
      if (deviceId !== undefined) core.arrivals.enrolled(deviceId);
      core.changes.notify();
      return enrolled;
    },
    beginReturn: (request, { address }) => enrolment.beginReturn(request, peerOf(address)),
    finishReturn: (request, { address }) => enrolment.finishReturn(request, peerOf(address)),
    log: options.log,
  });
}

function nodeService({ options, state, core }: PortParts, enrolment: Enrolment, holderOf: HolderOf) {
  return createNodeService({
    ...core,
    nodes: state.nodes,
    recordDrift: state.drift.record,
    holderOf,
    trust: async () => state.authorities.trust(),
    async issue(node, wanted, spki) {
      const { commonName, organizations, dnsNames, addresses, usages, days, name } = wanted;
      const subject = { commonName, organizations };
      const leaf = await state.authorities.issue(wanted.authority, {
        spki,
        subject,
        dnsNames,
        addresses,
        usages,
        days,
        holder: node.id,
        name,
      });
      return leaf.chain;
    },
    secret: (name, version) => state.secrets.value(name, version),
    leave: (node) => leave({ options, state, core }, node),
    renew: (nodeId, spki) => enrolment.renew(nodeId, spki),
    clock: options.clock,
    log: options.log,
  });
}

function operatorService({ options, state, core, etcd }: PortParts, holderOf: HolderOf) {
  return createOperatorService({
    ...createOperations(options, state, core, etcd),
    etcd,
    taker: core.taker,
    snapshots: state.snapshots,
    clock: options.clock,
    findMember: (machine) => findNode(state.nodes, machine),
    version: options.version,
    revisions: state.revisions,
    preview: core.preview,
    rollouts: core.rollouts,
    planner: core.planner,
    promises: createPromises(state.store),
    agents: agentsOf(options.agentFiles),
    hasFailed: () => ['failed', 'aborted'].includes(core.rollouts.status()?.rollout.state ?? ''),
    changes: core.changes,
    hold: (machine, isHeld) => holdMachine(state.nodes, machine, isHeld),
    cordons: createCordons({ ...options, ...state, client: core.kubernetes.client }),
    machines: core.machines,
    holderOf,
    onApplied() {
      core.provider
        .refresh(state)
        .catch((thrown: unknown) =>
          options.log.warn('the provider cannot be used', { cause: VentError.from(thrown).message }),
        );
      core.documents.refresh();
      core.changes.notify();
    },
    log: options.log,
  });
}
