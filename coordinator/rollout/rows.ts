/** What the store keeps of roll-outs: how far each revision came, and which revision each machine is rendered from. */
import * as z from 'zod';

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

export const assignmentRow = z.strictObject({
  nodeId: z.uuid(),
  /** Number of the revision that the machine's document is rendered from. */
  revision: z.int().positive(),
  /** The one before, while the machine has not settled on this one. */
  from: z.int().positive().optional(),
  movedAt: timestamp.optional(),
  settledAt: timestamp.optional(),
});
export type AssignmentRow = z.infer<typeof assignmentRow>;
