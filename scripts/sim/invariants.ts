/** What must hold at every moment of a change, whatever befalls the machines. Pure. */
import { mostUnavailable } from '../../coordinator/rollout/moves.ts';
import { stageOf } from '../../coordinator/rollout/order.ts';
import { paceOf } from '../../coordinator/rollout/pace.ts';
import { parseDuration } from '../../shared/duration.ts';
import type { ClusterFile, Role } from '../../shared/spec/schema.ts';
import type { Workload } from './workloads.ts';

/** A roll-out, as an operator sees it. */
export interface Progress {
  readonly revision: number;
  readonly state: string;
  /** Names of machines that are moving. */
  readonly moving: readonly string[];
}

/** One machine, as the simulation sees it from outside. */
export interface Seen {
  readonly name: string;
  readonly roles: readonly Role[];
  /** Its etcd member runs; true where there is none to run. */
  readonly hasEtcd: boolean;
  /** What the change is about, as it stands on the machine. */
  readonly value: string;
  /** Its pods must leave before the change. */
  readonly drains: boolean;
  /** What became of the pod of a user that ran there. */
  readonly workload: Workload;
}

export interface Moment {
  readonly machines: readonly Seen[];
  readonly rollout: Progress;
}

/** What a value may be while the change goes on. */
export interface Bounds {
  readonly file: ClusterFile;
  readonly old: string;
  readonly next: string;
}

/** @returns what does not hold, one sentence each */
export function findBroken({ machines, rollout }: Moment, bounds: Bounds): readonly string[] {
  return [
    ...findMovers(machines, rollout, bounds.file),
    ...findQuorum(machines),
    ...findHalves(machines, bounds),
    ...findPodsLeft(machines, bounds),
    ...findEndlessDrains(machines, rollout, bounds.file),
  ];
}

/** The roll-out moves no more at once than the pace allows, and one delicate machine at a time. */
function findMovers(machines: readonly Seen[], { state, moving }: Progress, file: ClusterFile): readonly string[] {
  if (state !== 'running') return [];
  const of = (stages: readonly string[]): readonly string[] =>
    moving.filter((name) => stages.includes(stageOf(machines.find((one) => one.name === name)?.roles ?? ['worker'])));
  const workers = machines.filter(({ roles }) => stageOf(roles) === 'worker').length;
  const [delicate, others] = [of(['etcd', 'control-plane']), of(['worker'])];
  const most = mostUnavailable(paceOf(file), workers);
  return [
    ...(delicate.length > 1 ? [`${delicate.join(' and ')} change at the same time`] : []),
    ...(others.length > most ? [`${others.length} workers change at the same time, and ${most} may`] : []),
  ];
}

function findQuorum(machines: readonly Seen[]): readonly string[] {
  const members = machines.filter(({ roles }) => roles.includes('etcd'));
  const running = members.filter(({ hasEtcd }) => hasEtcd).length;
  return running > members.length / 2 ? [] : [`etcd has ${running} of ${members.length} members`];
}

function findHalves(machines: readonly Seen[], { old, next }: Bounds): readonly string[] {
  return machines
    .filter(({ value }) => value !== old && value !== next)
    .map(({ name, value }) => `${name} has neither the old nor the new: ${value.slice(0, 80)}`);
}

/** No machine takes up what its pods would notice while they are on it. */
function findPodsLeft(machines: readonly Seen[], { next }: Bounds): readonly string[] {
  return machines
    .filter(({ drains, value, workload }) => drains && value === next && workload.isFirst)
    .map(({ name }) => `${name} changed before its pod had left`);
}

/** Between the deadline of a drain and the end of its roll-out. */
const END_SECONDS = 60;

/** What a budget keeps beyond the deadline fails the roll-out. */
function findEndlessDrains(machines: readonly Seen[], { state }: Progress, { spec }: ClusterFile): readonly string[] {
  const seconds = parseDuration(spec.rollout.drain.deadline) / 1000;
  if (state !== 'running') return [];
  return machines
    .filter(({ workload: { keptFor = 0 } }) => keptFor > seconds + END_SECONDS)
    .map(({ name }) => `the roll-out waits for the pod of ${name} beyond ${seconds} s`);
}
