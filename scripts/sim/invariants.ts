/** What must hold at every moment of a change, whatever befalls the machines. Pure. */
import { mostUnavailable } from '../../coordinator/rollout/moves.ts';
import { stageOf } from '../../coordinator/rollout/order.ts';
import { paceOf } from '../../coordinator/rollout/pace.ts';
import type { ClusterFile, Role } from '../../shared/spec/schema.ts';

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
  return [...findMovers(machines, rollout, bounds.file), ...findQuorum(machines), ...findHalves(machines, bounds)];
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
