/**
 * The one place where proto-loader's types are seen: everything else uses the narrowed ones from here. Descriptors are
 * embedded, so that one bundled file works without a .proto beside it.
 */
import { fromJSON, type MethodDefinition } from '@grpc/proto-loader';
import { VentError } from './errors.ts';
import type { Facts } from './facts.ts';
import descriptors from './gen/descriptors.json' with { type: 'json' };
import type { HealthDefinition } from './gen/grpc/health/v1/Health.ts';
import type { CertificateView__Output } from './gen/vent/v1/CertificateView.ts';
import type { ConnectRequest__Output } from './gen/vent/v1/ConnectRequest.ts';
import type { ConnectResponse } from './gen/vent/v1/ConnectResponse.ts';
import type { Done__Output } from './gen/vent/v1/Done.ts';
import type { DriftView__Output } from './gen/vent/v1/DriftView.ts';
import type { EnrolServiceDefinition, EnrolServiceHandlers } from './gen/vent/v1/EnrolService.ts';
import type { EtcdMemberView__Output } from './gen/vent/v1/EtcdMemberView.ts';
import type { EtcdSnapshotView__Output } from './gen/vent/v1/EtcdSnapshotView.ts';
import type { Facts__Output } from './gen/vent/v1/Facts.ts';
import type { GetRolloutResponse__Output } from './gen/vent/v1/GetRolloutResponse.ts';
import type { MachinePlan__Output } from './gen/vent/v1/MachinePlan.ts';
import type { MachineView__Output } from './gen/vent/v1/MachineView.ts';
import type { NodeServiceDefinition, NodeServiceHandlers } from './gen/vent/v1/NodeService.ts';
import type { OperationResult__Output } from './gen/vent/v1/OperationResult.ts';
import type { OperatorServiceDefinition, OperatorServiceHandlers } from './gen/vent/v1/OperatorService.ts';
import type { PlannedResource__Output } from './gen/vent/v1/PlannedResource.ts';
import type { PlanResponse__Output } from './gen/vent/v1/PlanResponse.ts';
import type { PlanResult__Output } from './gen/vent/v1/PlanResult.ts';
import type { Report__Output } from './gen/vent/v1/Report.ts';
import type { RevisionView__Output } from './gen/vent/v1/RevisionView.ts';
import type { SendSnapshotRequest__Output } from './gen/vent/v1/SendSnapshotRequest.ts';
import type { SignedOperation__Output } from './gen/vent/v1/SignedOperation.ts';
import type { TokenView__Output } from './gen/vent/v1/TokenView.ts';
import type { TrustBundle__Output } from './gen/vent/v1/TrustBundle.ts';
import { CONDITION_TYPES, type Condition, type Done, type NodeReport, type ResourceReport } from './report.ts';

/** A message as Vent's code sees it: undefined instead of null, read-only, bytes as Uint8Array. 64-bit numbers are decimal strings. */
export type Narrow<T> = T extends Uint8Array
  ? Uint8Array
  : T extends readonly (infer U)[]
    ? readonly Narrow<U>[]
    : T extends object
      ? { readonly [K in keyof T]: Narrow<Exclude<T[K], null>> | (null extends T[K] ? undefined : never) }
      : T;

/** A method of a service, typed by what travels each way. */
export type Method<RequestIn, ResponseIn, RequestOut, ResponseOut> = MethodDefinition<
  RequestIn,
  ResponseIn,
  RequestOut,
  ResponseOut
>;

export type MachineView = Narrow<MachineView__Output>;
export type CertificateView = Narrow<CertificateView__Output>;
export type DriftView = Narrow<DriftView__Output>;
export type PlannedResourceView = Narrow<PlannedResource__Output>;
export type PlanResultView = Narrow<PlanResult__Output>;
export type EtcdMemberView = Narrow<EtcdMemberView__Output>;
export type EtcdSnapshotView = Narrow<EtcdSnapshotView__Output>;
export type SignedOperationView = Narrow<SignedOperation__Output>;
export type OperationResultView = Narrow<OperationResult__Output>;
export type PlanView = Narrow<PlanResponse__Output>;
export type MachinePlanView = Narrow<MachinePlan__Output>;
export type RolloutView = Narrow<GetRolloutResponse__Output>;
export type RevisionView = Narrow<RevisionView__Output>;
export type TokenView = Narrow<TokenView__Output>;
export type TrustBundle = Narrow<TrustBundle__Output>;

/** What travels on an agent's stream. */
export interface NodeMessages {
  readonly fromAgent: Narrow<ConnectRequest__Output>;
  readonly toAgent: Narrow<ConnectResponse>;
  /** On the stream of a snapshot. */
  readonly snapshot: Narrow<SendSnapshotRequest__Output>;
}

/** The definitions of all services, typed; what clients call and servers implement. */
export interface Services {
  readonly enrol: EnrolServiceDefinition;
  readonly node: NodeServiceDefinition;
  readonly operator: OperatorServiceDefinition;
  readonly health: HealthDefinition;
}

/** Every method of a service, so that one left out does not compile. */
export interface Handlers {
  readonly enrol: EnrolServiceHandlers;
  readonly node: NodeServiceHandlers;
  readonly operator: OperatorServiceHandlers;
}

/** Builds the service definitions from the embedded descriptors. */
export function loadServices(): Services {
  const loaded = fromJSON(descriptors as Parameters<typeof fromJSON>[0], {
    keepCase: true,
    longs: String,
    enums: String,
    defaults: true,
    oneofs: true,
  });
  return {
    enrol: loaded['vent.v1.EnrolService'],
    node: loaded['vent.v1.NodeService'],
    operator: loaded['vent.v1.OperatorService'],
    health: loaded['grpc.health.v1.Health'],
  } as unknown as Services;
}

export function factsToWire(facts: Facts): Narrow<Facts__Output> {
  return {
    hostname: facts.hostname,
    architecture: facts.architecture,
    os_id: facts.os.id,
    os_version: facts.os.version,
    os_name: facts.os.name,
    kernel: facts.kernel,
    cpus: facts.cpus,
    memory_bytes: String(facts.memoryBytes),
    cgroup: facts.cgroup,
    missing_capabilities: facts.missingCapabilities,
    links: facts.links,
  };
}

/** @throws VentError INVALID_INPUT when an enumerated field holds another value */
export function factsFromWire(facts: Narrow<Facts__Output>, agentVersion: string): Facts {
  return {
    hostname: facts.hostname,
    architecture: oneOf(['x64', 'arm64'] as const, facts.architecture, 'architecture'),
    os: { id: facts.os_id, version: facts.os_version, name: facts.os_name },
    kernel: facts.kernel,
    cpus: facts.cpus,
    memoryBytes: Number(facts.memory_bytes),
    cgroup: facts.cgroup === 2 ? 2 : 1,
    missingCapabilities: facts.missing_capabilities,
    links: facts.links,
    agentVersion,
  };
}

export function reportToWire(report: NodeReport): Narrow<Report__Output> {
  return {
    generation: String(report.generation),
    document_digest: report.documentDigest,
    converged: report.converged,
    committed_generation: String(report.committedGeneration),
    quarantine:
      report.quarantine === undefined
        ? undefined
        : { generation: String(report.quarantine.generation), reason: report.quarantine.reason },
    resources: report.resources,
    converged_count: report.convergedCount,
    conditions: report.conditions.map(conditionToWire),
    drift: report.drift,
    done: report.done && doneToWire(report.done),
  };
}

function doneToWire({ generation, form, changes, isCut, hasRebooted }: Done): Narrow<Done__Output> {
  return { generation: String(generation), form, changes, is_cut: isCut, has_rebooted: hasRebooted };
}

export function conditionToWire(condition: Condition): MachineView['conditions'][number] {
  return {
    type: condition.type,
    status: condition.status,
    reason: condition.reason,
    message: condition.message,
    observed_generation: String(condition.observedGeneration),
    last_transition_time: condition.lastTransitionTime,
  };
}

const RESOURCE_STATES = ['converged', 'planned', 'applying', 'waiting', 'blocked', 'failed'] as const;

/** @throws VentError INVALID_INPUT when an enumerated field holds another value */
export function reportFromWire(report: Narrow<Report__Output>): NodeReport {
  return {
    generation: Number(report.generation),
    documentDigest: report.document_digest,
    converged: report.converged,
    committedGeneration: Number(report.committed_generation),
    quarantine:
      report.quarantine === undefined
        ? undefined
        : { generation: Number(report.quarantine.generation), reason: report.quarantine.reason },
    convergedCount: report.converged_count,
    resources: report.resources.map(
      (resource): ResourceReport => ({
        ...resource,
        state: oneOf(RESOURCE_STATES, resource.state, 'state of a resource'),
      }),
    ),
    conditions: report.conditions.map((condition) => ({
      type: oneOf(CONDITION_TYPES, condition.type, 'type of a condition'),
      status: oneOf(['True', 'False', 'Unknown'] as const, condition.status, 'status of a condition'),
      reason: condition.reason,
      message: condition.message,
      observedGeneration: Number(condition.observed_generation),
      lastTransitionTime: condition.last_transition_time,
    })),
    drift: report.drift.map((entry) => ({
      ...entry,
      policy: oneOf(['repair', 'report', 'adopt'] as const, entry.policy, 'policy of a drift'),
    })),
    done: report.done && {
      generation: Number(report.done.generation),
      form: report.done.form,
      changes: report.done.changes,
      isCut: report.done.is_cut,
      hasRebooted: report.done.has_rebooted,
    },
  };
}

function oneOf<T extends string>(allowed: readonly T[], value: string, what: string): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined)
    throw new VentError('INVALID_INPUT', `cannot read a message: ${what} is ${JSON.stringify(value)}`);
  return found;
}
