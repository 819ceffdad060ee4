/** What must be there before a move restarts a member of etcd: a snapshot, and for the only member somebody's word. */
import type { Risk } from '../../shared/risk.ts';
import { minorOf } from '../../shared/version.ts';
import type { Rendering } from '../documents.ts';
import { votesInEtcd } from '../etcd/members.ts';
import type { SnapshotNeed, SnapshotRule } from '../snapshots/rule.ts';
import type { RolloutRow } from './rows.ts';
import type { Part } from './stages.ts';
import type { Wish, Wishes } from './wishes.ts';

/** Whether taking it up restarts or ends the machine's member of etcd: a part of its program, settings or files differs. */
export function restartsEtcd(present: Pick<Rendering, 'components'>, next: Pick<Rendering, 'components'>): boolean {
  if (present.components === undefined || next.components === undefined) return false;
  const read = ({ components }: Pick<Rendering, 'components'>): string | undefined => {
    const etcd = components?.find(({ name }) => name === 'etcd');
    return etcd && JSON.stringify(etcd);
  };
  const before = read(present);
  return before !== undefined && before !== read(next);
}

export interface StepOfMoves {
  readonly wishes: Wishes;
  readonly stage: Part;
  /** Ids of those who move. */
  readonly move: readonly string[];
  readonly rollout: Pick<RolloutRow, 'revision' | 'startedAt'>;
  readonly accepts: readonly Risk[];
}

/** @returns why the only member may not restart, naming the rule */
export function findUnacceptedRisk(step: StepOfMoves): string | undefined {
  const mover = findRestart(step);
  if (mover === undefined || !isOnlyMember(mover, step.wishes) || step.accepts.includes('api-downtime'))
    return undefined;
  return `the only member of etcd is restarted by those only who said so [etcd-one-member]: ${mover.row.name} would be, and the Kubernetes API away meanwhile; apply it again with --accept-risk=api-downtime`;
}

/** @returns what these moves wait for, naming the rule; undefined when they may be made */
export async function findSnapshotRisk(rule: SnapshotRule, step: StepOfMoves): Promise<string | undefined> {
  const need = findSnapshotNeed(step);
  return need && (await rule.complaint(need));
}

function findSnapshotNeed(step: StepOfMoves): SnapshotNeed | undefined {
  const { wishes, rollout } = step;
  if (!wishes.machines.some(({ row }) => row.etcd !== undefined)) return undefined;
  const since = Date.parse(rollout.startedAt);
  const minor = findMinorStep(wishes, rollout.revision);
  if (minor !== undefined) return { what: minor, since };
  const mover = findRestart(step);
  if (mover === undefined) return undefined;
  const what = `restarts the member on ${mover.row.name}`;
  // What the only one has is nowhere else.
  return isOnlyMember(mover, wishes) ? { what, since } : { what };
}

/** The machine that moves and restarts its member; members move one at a time. */
function findRestart({ wishes, stage, move }: StepOfMoves): Wish | undefined {
  return wishes.machines.find(({ row, present, at }) => move.includes(row.id) && restartsEtcd(present, at(stage)));
}

function isOnlyMember({ row }: Wish, { machines }: Wishes): boolean {
  const voters = machines.filter((machine) => votesInEtcd(machine.row));
  return voters.length === 1 && voters[0]?.row.id === row.id;
}

/** A minor version is never taken back, so what was there before it is to be had from a snapshot only. */
function findMinorStep({ machines, versions }: Wishes, revision: number): string | undefined {
  const wanted = versions.get(revision);
  const from = machines.flatMap(({ parts }: Wish) =>
    [...new Set(Object.values(parts))].flatMap((number) => versions.get(number) ?? []),
  );
  for (const [key, name] of [
    ['kubernetes', 'Kubernetes'],
    ['etcd', 'etcd'],
  ] as const) {
    const old = from.find((version) => wanted !== undefined && minorOf(version[key]) !== minorOf(wanted[key]));
    if (old !== undefined) return `takes ${name} from ${old[key]} to ${wanted?.[key]}`;
  }
  return undefined;
}
