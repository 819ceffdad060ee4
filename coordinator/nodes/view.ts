/** What a machine is doing, in one word and one sentence, from everything the coordinator knows of it. Pure. */
import type { Condition, MachineState, NodeReport, ResourceReport } from '../../shared/report.ts';
import type { Device } from '../providers/provider.ts';

export interface Knowledge {
  readonly name: string;
  /** RFC 3339; the machine's row begins here. */
  readonly createdAt: string;
  /** Why the create call failed, if it did. */
  readonly createError: string | undefined;
  /** What the provider says; undefined while its answer is awaited. */
  readonly device: Device | undefined;
  /** RFC 3339; when the machine's address asked for the agent file, and when it began to enrol. */
  readonly downloadingSince: string | undefined;
  /** Why it cannot fetch the agent file, one sentence. */
  readonly downloadError: string | undefined;
  readonly enrollingSince: string | undefined;
  /** Why its last attempt to enrol was refused. */
  readonly enrolError: string | undefined;
  readonly enrolledAt: string | undefined;
  /** RFC 3339; when it was told to undo everything. */
  readonly resettingSince: string | undefined;
  /** What it leaves etcd for; undefined while it does not. */
  readonly leavesFor: 'provider' | 'reset' | 'nowhere' | undefined;
  readonly isConnected: boolean;
  /** The provider does not know its device. */
  readonly isDeviceGone: boolean;
  /** RFC 3339; start of the present connection, or end of the last. */
  readonly connectionSince: string | undefined;
  /** Why it has no document yet, one sentence; undefined when it has one. */
  readonly waitsFor: string | undefined;
  /** Generation of the document it was given last. */
  readonly generation: number;
  readonly report: NodeReport | undefined;
  /** True once it was ready on any generation. */
  readonly wasReady: boolean;
  /** Conditions that the coordinator observes itself: KubernetesReady, SandboxProved. */
  readonly observed: readonly Condition[];
}

export interface Doing {
  readonly state: MachineState;
  readonly message: string;
}

/** The state and what it does or waits for, by name. */
export function describeMachine(known: Knowledge): Doing {
  return known.enrolledAt === undefined ? describeArrival(known) : describeMember(known);
}

function describeArrival(known: Knowledge): Doing {
  const { device } = known;
  if (device === undefined) {
    if (known.createError !== undefined) return { state: 'requested', message: known.createError };
    return { state: 'requested', message: 'waits for the facility to answer the create call' };
  }
  if (device.state === 'failed')
    return {
      state: 'failed',
      message: `the facility says failed${device.reason === undefined ? '' : `: ${device.reason}`}`,
    };
  if (known.enrolError !== undefined) return { state: 'enrolling', message: `refused: ${known.enrolError}` };
  if (known.enrollingSince !== undefined) return { state: 'enrolling', message: 'proves its token and its key' };
  if (known.downloadError !== undefined) return { state: 'downloading', message: known.downloadError };
  if (known.downloadingSince !== undefined) return { state: 'downloading', message: 'fetches the agent file' };
  if (device.state !== 'active')
    return {
      state: 'provisioning',
      message: `the facility says ${device.state}${device.reason === undefined ? '' : `: ${device.reason}`}`,
    };
  return { state: 'booting', message: 'active at the facility, has not asked for its agent yet' };
}

/** Of a device that the provider does not know, with what to do about it. */
export function describeGone(name: string): string {
  return `the facility does not know its device any more; vent deprovision ${name} forgets it`;
}

function describeMember(known: Knowledge): Doing {
  // Nothing more can be had of it, whatever it was told.
  if (known.isDeviceGone && !known.isConnected) return { state: 'gone', message: describeGone(known.name) };
  if (known.leavesFor === 'nowhere')
    return {
      state: 'resetting',
      message: 'nothing of Vent is left on it; its member is still to be removed from etcd',
    };
  if (known.leavesFor === 'reset')
    return { state: 'resetting', message: 'leaves etcd before it undoes everything Vent made' };
  if (known.resettingSince !== undefined) {
    const when = known.isConnected ? 'told to undo everything Vent made' : 'undoes everything Vent made';
    return { state: 'resetting', message: `${when}, since ${known.resettingSince}` };
  }
  if (!known.isConnected) {
    if (known.connectionSince === undefined)
      return { state: 'waiting', message: 'enrolled, has not opened its connection yet' };
    return { state: 'unreachable', message: `no connection since ${known.connectionSince}` };
  }
  if (known.waitsFor !== undefined) return { state: 'waiting', message: known.waitsFor };
  const { report } = known;
  const busy: MachineState = known.wasReady ? 'updating' : 'converging';
  const refusal = report?.conditions.find((condition) => condition.reason === 'DocumentRefused');
  if (refusal !== undefined) return { state: 'failed', message: refusal.message };
  const quarantine = report?.quarantine;
  if (quarantine !== undefined && quarantine.generation >= known.generation)
    return { state: 'failed', message: `took document ${quarantine.generation} back: ${quarantine.reason}` };
  if (report === undefined || report.generation < known.generation)
    return { state: busy, message: `takes up document ${known.generation}` };
  const pending = mostTelling(report.resources);
  if (pending !== undefined)
    return { state: pending.state === 'failed' || !known.wasReady ? busy : 'updating', message: sentenceOf(pending) };
  if (!report.converged) return { state: busy, message: `compares itself with document ${known.generation}` };
  if (report.committedGeneration < report.generation)
    return { state: busy, message: `document ${report.generation} waits to be confirmed over its network` };
  const drift = report.conditions.find((condition) => condition.type === 'Drift' && condition.status === 'True');
  if (drift !== undefined) return { state: 'drifted', message: drift.message };
  const unmet = known.observed.find((condition) => condition.status !== 'True');
  if (unmet !== undefined) return { state: busy, message: unmet.message };
  const reboot = report.conditions.find((condition) => condition.type === 'RebootRequired');
  return { state: 'ready', message: reboot?.message ?? '' };
}

/** What blocks the others is told before what is blocked. */
function mostTelling(resources: readonly ResourceReport[]): ResourceReport | undefined {
  for (const state of ['failed', 'applying', 'waiting', 'planned', 'blocked'] as const) {
    const found = resources.find((resource) => resource.state === state);
    if (found !== undefined) return found;
  }
  return undefined;
}

function sentenceOf(resource: ResourceReport): string {
  return resource.message === '' ? resource.id : `${resource.id}: ${resource.message}`;
}
