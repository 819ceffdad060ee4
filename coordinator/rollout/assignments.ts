/** What becomes of the machines' rows when moves are kept. Pure. */
import type { Moves } from './moves.ts';
import { type AssignmentRow, assign, formerPartsOf, move } from './rows.ts';
import { advance, areSame, newestIn, type Part, type Parts, wholeAt } from './stages.ts';
import { findNoReturn, type UndoMachine, type Versions } from './undo.ts';
import type { Wish, Wishes } from './wishes.ts';

/**
 * @param at RFC 3339
 * @returns the rows that change, and why a machine that failed does not go back, if that is so
 */
export function nextAssignments(
  wishes: Wishes,
  stage: Part,
  moves: Moves,
  revision: number,
  at: string,
): { readonly rows: readonly AssignmentRow[]; readonly stay: string | undefined } {
  const undoable = wishes.machines.map((wish): UndoMachine => describeUndo(wish, wishes.versions, revision));
  const stays = new Map(
    undoable.flatMap(({ id }) => {
      const { failure } = moves;
      const why = failure === undefined || failure.isKept === true ? undefined : findNoReturn(id, undoable);
      return why === undefined ? [] : [[id, why] as const];
    }),
  );
  const rows = wishes.machines.flatMap((wish) => {
    const next = nextAssignment(wish, stage, moves, revision, at);
    return next === undefined || stays.has(wish.row.id) ? [] : [next];
  });
  return { rows, stay: [...stays.values()][0] };
}

function nextAssignment(
  { assignment, parts }: Wish,
  stage: Part,
  moves: Moves,
  revision: number,
  at: string,
): AssignmentRow | undefined {
  const { nodeId, movedAt, settledAt } = assignment;
  if (moves.move.includes(nodeId)) return move(nodeId, parts, advance(parts, stage, revision), stage, at);
  if (moves.isDone)
    return areSame(parts, wholeAt(revision)) && movedAt === undefined ? undefined : assign(nodeId, wholeAt(revision));
  const former = formerPartsOf(assignment);
  const isMoving =
    newestIn(parts) === revision && movedAt !== undefined && settledAt === undefined && former !== undefined;
  if (moves.failure !== undefined)
    return isMoving && moves.failure.isKept !== true ? assign(nodeId, former) : undefined;
  return moves.settle.includes(nodeId) ? { ...assignment, settledAt: at } : undefined;
}

/** Only machines that have not settled would go back. */
function describeUndo(
  { row, assignment, parts }: Wish,
  versions: ReadonlyMap<number, Versions>,
  revision: number,
): UndoMachine {
  const versionsOf = ({ api, rest }: Parts): Versions => ({
    kubernetes: versions.get(api)?.kubernetes ?? '',
    etcd: versions.get(rest)?.etcd ?? '',
  });
  const { movedAt, settledAt } = assignment;
  const former = formerPartsOf(assignment);
  const isMoving = newestIn(parts) === revision && movedAt !== undefined && settledAt === undefined;
  const before = isMoving && former !== undefined ? versionsOf(former) : undefined;
  return { id: row.id, roles: row.roles, has: versionsOf(parts), before };
}
