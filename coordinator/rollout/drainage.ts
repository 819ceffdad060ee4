/**
 * What drains have to do with moves: a machine whose pods would notice moves once they have left it, and takes pods again
 * once it is well.
 *
 * INVARIANT: those of one wave move together, when the last of them is empty.
 */
import type { Clock } from '../../shared/clock.ts';
import { parseDuration } from '../../shared/duration.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { Rendering } from '../documents.ts';
import { type DrainNeed, findDrainNeed } from '../drain/need.ts';
import type { DrainRow } from '../drain/rows.ts';
import type { Collection } from '../store/collection.ts';
import type { Moves, RolloutMachine } from './moves.ts';
import type { RolloutState } from './rows.ts';

export interface DrainDecision {
  /** Machines whose pods must leave now, with why. */
  readonly open: readonly { readonly nodeId: string; readonly name: string; readonly need: DrainNeed }[];
  /** Ids of machines that may have pods again. */
  readonly release: readonly string[];
  readonly moves: Moves;
}

/** What a machine would take up now, by node id. */
export type Steps = ReadonlyMap<string, { readonly present: Rendering; readonly newest: Rendering }>;

/**
 * A pure function of what is known.
 * @param chosen ids of those who would move if no gate were closed: what is empty for them stays empty meanwhile
 * @param rows of drains, by node id
 * @param revision that is rolled out
 */
export function decideDrains(
  moves: Moves,
  chosen: readonly string[],
  machines: readonly RolloutMachine[],
  steps: Steps,
  rows: ReadonlyMap<string, DrainRow>,
  revision: number,
): DrainDecision {
  const needs = moves.move.flatMap((id) => {
    const step = steps.get(id);
    const need = findDrainNeed(step?.present.components, step?.newest.components);
    return need === undefined ? [] : [{ nodeId: id, name: step?.present.name ?? id, need }];
  });
  const isOurs = (row: DrainRow | undefined): row is DrainRow =>
    row?.revision === revision && row.phase !== 'returning';
  const ending = needs.filter(({ nodeId }) => rows.get(nodeId)?.phase === 'returning');
  const open = needs.filter(({ nodeId }) => !isOurs(rows.get(nodeId)) && !ending.some((one) => one.nodeId === nodeId));
  const stuck = needs.find(({ nodeId }) => isOurs(rows.get(nodeId)) && rows.get(nodeId)?.phase === 'stuck');
  const waiting = needs.filter(
    ({ nodeId }) => rows.get(nodeId)?.phase !== 'left' || open.some((one) => one.nodeId === nodeId),
  );
  const prepared = chosen.filter((id) => rows.get(id)?.revision === revision);
  const kept = new Set([...needs.map(({ nodeId }) => nodeId), ...prepared, ...listBusy(machines)]);
  const release = [...rows.values()]
    .filter(({ nodeId, phase }) => phase !== 'returning' && (!kept.has(nodeId) || stuck !== undefined))
    .map(({ nodeId }) => nodeId);
  if (stuck !== undefined) {
    const reason = rows.get(stuck.nodeId)?.message ?? '';
    return { open: [], release, moves: { ...moves, move: [], failure: { id: stuck.nodeId, reason }, message: reason } };
  }
  if (waiting.length === 0) return { open, release, moves };
  return { open, release, moves: { ...moves, move: [], message: describeWaiting(waiting, rows) } };
}

/** Machines that moved and are not well yet: pods come back when they are. */
function listBusy(machines: readonly RolloutMachine[]): readonly string[] {
  return machines.flatMap(({ id, movedAt, complaint, isSettled }) =>
    movedAt !== undefined && !isSettled && complaint !== undefined ? [id] : [],
  );
}

function describeWaiting(
  waiting: readonly { readonly nodeId: string; readonly name: string; readonly need: DrainNeed }[],
  rows: ReadonlyMap<string, DrainRow>,
): string {
  const names = waiting.map(({ name }) => name).join(', ');
  const told = waiting.map(({ nodeId }) => rows.get(nodeId)?.message ?? '').find((text) => text !== '');
  return told === undefined ? `drains ${names}: ${waiting[0]?.need.reason ?? ''}` : `drains ${names}: ${told}`;
}

export interface DrainageOptions {
  readonly drains: Collection<DrainRow>;
  readonly clock: Clock;
}

export interface Situation {
  readonly moves: Moves;
  /** As `decideDrains` wants it. */
  readonly chosen: readonly string[];
  readonly machines: readonly RolloutMachine[];
  readonly steps: Steps;
}

/** Decides, and keeps it. While a roll-out is paused, machines stay as they are; once it has ended, all take pods again. */
export async function keepDrainage(
  { drains, clock }: DrainageOptions,
  { moves, chosen, machines, steps }: Situation,
  { spec: { rollout } }: Pick<ClusterFile, 'spec'>,
  { revision, state }: { readonly revision: number; readonly state: RolloutState },
): Promise<Moves> {
  if (state === 'paused') return moves;
  const rows = new Map((await drains.list()).rows.map((row) => [row.key, row.value]));
  if (state !== 'running') {
    for (const nodeId of rows.keys()) await release(drains, nodeId);
    return moves;
  }
  const decision = decideDrains(moves, chosen, machines, steps, rows, revision);
  for (const nodeId of decision.release) await release(drains, nodeId);
  const now = clock.now();
  for (const { nodeId, name, need } of decision.open)
    await drains.update(nodeId, (row) => ({
      nodeId,
      name,
      revision,
      ...need,
      force: rollout.drain.force,
      since: new Date(now).toISOString(),
      deadline: new Date(now + parseDuration(rollout.drain.deadline)).toISOString(),
      hasCordoned: row?.hasCordoned ?? false,
      phase: 'leaving',
      message: '',
    }));
  return decision.moves;
}

async function release(drains: Collection<DrainRow>, nodeId: string): Promise<void> {
  await drains.update(nodeId, (row) =>
    row === undefined || row.phase === 'returning' ? undefined : { ...row, phase: 'returning', message: '' },
  );
}
