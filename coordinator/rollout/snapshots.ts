/** What moves have to do with snapshots of etcd: which of them restart a member, and what must be there before. */
import type { Rendering } from '../documents.ts';
import type { SnapshotNeed, SnapshotRule } from '../snapshots/rule.ts';
import type { RolloutRow } from './rows.ts';
import { minorOf } from './skew.ts';
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
}

/** @returns what these moves wait for, naming the rule; undefined when they may be made */
export async function findSnapshotRisk(rule: SnapshotRule, step: StepOfMoves): Promise<string | undefined> {
  const need = findSnapshotNeed(step);
  return need && (await rule.complaint(need));
}

/** A pure function of what is known. */
export function findSnapshotNeed({ wishes, stage, move, rollout }: StepOfMoves): SnapshotNeed | undefined {
  const { machines } = wishes;
  if (!machines.some(({ row }) => row.etcd !== undefined)) return undefined;
  const since = Date.parse(rollout.startedAt);
  const minor = findMinorStep(wishes, rollout.revision);
  if (minor !== undefined) return { what: minor, since };
  const mover = machines.find(({ row, present, at }) => move.includes(row.id) && restartsEtcd(present, at(stage)));
  return mover && { what: `restarts the member on ${mover.row.name}` };
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
