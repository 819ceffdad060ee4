/** What the store keeps of a machine that a roll-out drains: the coordinator may be killed at any point. */
import * as z from 'zod';

const timestamp = z.iso.datetime();

export const drainRow = z.strictObject({
  nodeId: z.uuid(),
  /** Of the Node. */
  name: z.string(),
  /** The revision that it is drained for. */
  revision: z.int().positive(),
  who: z.enum(['all', 'sandboxed']),
  /** What pods would notice. */
  reason: z.string(),
  force: z.boolean(),
  since: timestamp,
  deadline: timestamp,
  /** Vent cordoned it, and nobody else had: written before it is done. */
  hasCordoned: z.boolean(),
  /** `leaving` while pods leave; `left` once none is left; `stuck` when some had not by the deadline; `returning` when pods may come again. */
  phase: z.enum(['leaving', 'left', 'stuck', 'returning']),
  /** Who has not left and why; empty otherwise. */
  message: z.string(),
});
export type DrainRow = z.infer<typeof drainRow>;
