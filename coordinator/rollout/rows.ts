/** What the store keeps of roll-outs: how far each revision came, and which revision each machine is rendered from. */
import * as z from 'zod';
import { type Collection, createCollection } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { PARTS, type Part, type Parts } from './stages.ts';

const timestamp = z.iso.datetime();

/** `running` and `paused` may go on; the others have ended. */
export const ROLLOUT_STATES = ['running', 'paused', 'failed', 'aborted', 'done'] as const;
export type RolloutState = (typeof ROLLOUT_STATES)[number];

export const rolloutRow = z.strictObject({
  revision: z.int().positive(),
  state: z.enum(ROLLOUT_STATES),
  /** Why it failed or was aborted, or by whom it was paused; one sentence, empty otherwise. */
  reason: z.string(),
  startedAt: timestamp,
  endedAt: timestamp.optional(),
});
export type RolloutRow = z.infer<typeof rolloutRow>;

/** Revisions of the parts that are ahead of a machine's own while Kubernetes is upgraded. */
const aheadSchema = z.strictObject({ api: z.int().positive().optional(), control: z.int().positive().optional() });

export const assignmentRow = z.strictObject({
  nodeId: z.uuid(),
  /** Number of the revision that the machine's document is rendered from, but for what is `ahead`. */
  revision: z.int().positive(),
  ahead: aheadSchema.optional(),
  /** What it had before it moved last: the same two. */
  from: z.int().positive().optional(),
  fromAhead: aheadSchema.optional(),
  /** Stage in which it moved last. */
  stage: z.enum(PARTS).optional(),
  movedAt: timestamp.optional(),
  settledAt: timestamp.optional(),
});
export type AssignmentRow = z.infer<typeof assignmentRow>;

/** As plan/compare.ts has it. */
const foreseen = {
  form: z.int(),
  wasWell: z.boolean(),
  changes: z.array(
    z.strictObject({ id: z.string(), component: z.string(), change: z.string(), isRequired: z.boolean() }),
  ),
  unknown: z.array(z.string()),
};

/** What a machine said it would do when the plan was made that a revision was applied with. Key: hash and name. */
export const promiseRow = z.strictObject({ machine: z.string(), ...foreseen });
export type PromiseRow = z.infer<typeof promiseRow>;

/** What a machine said it would do for the document that a move gives it, and how what it did differs. */
export const foreseenRow = z.strictObject({
  nodeId: z.uuid(),
  revision: z.int().positive(),
  /** Names what the document holds. */
  content: z.string(),
  ...foreseen,
  /** One sentence each; absent until the two were compared. */
  differences: z.array(z.string()).optional(),
  /** The roll-out has stopped for them: when it is resumed, it does not do so again. */
  isTold: z.boolean().optional(),
});
export type ForeseenRow = z.infer<typeof foreseenRow>;

export function createForeseen(store: Store): Collection<ForeseenRow> {
  return createCollection(store, '/foreseen/', foreseenRow);
}

export function createAssignments(store: Store): Collection<AssignmentRow> {
  return createCollection(store, '/assignments/', assignmentRow);
}

type Ahead = z.infer<typeof aheadSchema>;

function toParts(revision: number, { api = revision, control = revision }: Ahead = {}): Parts {
  return { api, control, rest: revision };
}

export function partsOf({ revision, ahead }: Pick<AssignmentRow, 'revision' | 'ahead'>): Parts {
  return toParts(revision, ahead);
}

/** What it had before it moved last; undefined while it has not. */
export function formerPartsOf({ from, fromAhead }: AssignmentRow): Parts | undefined {
  return from === undefined ? undefined : toParts(from, fromAhead);
}

function aheadOf({ api, control, rest }: Parts): Ahead | undefined {
  if (api === rest && control === rest) return undefined;
  return { ...(api === rest ? {} : { api }), ...(control === rest ? {} : { control }) };
}

/** A machine that stays where it is. */
export function assign(nodeId: string, parts: Parts): AssignmentRow {
  const ahead = aheadOf(parts);
  return { nodeId, revision: parts.rest, ...(ahead === undefined ? {} : { ahead }) };
}

/** A machine that moves now. */
export function move(nodeId: string, from: Parts, to: Parts, stage: Part, movedAt: string): AssignmentRow {
  const fromAhead = aheadOf(from);
  return {
    ...assign(nodeId, to),
    from: from.rest,
    ...(fromAhead === undefined ? {} : { fromAhead }),
    stage,
    movedAt,
  };
}
