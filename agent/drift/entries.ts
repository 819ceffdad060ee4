/** Folds events into the foreign changes that a report carries. */
import type { DriftEntry } from '../../shared/report.ts';
import type { AgentEvent } from '../events.ts';

/** Entries that a report carries; the coordinator keeps more. */
const KEPT = 20;
/** The same change seen again within this time is not told again: two programs that undo each other would fill the timeline. */
const SAME_MILLISECONDS = 60_000;

export interface DriftFold {
  /** Oldest first. */
  readonly entries: readonly DriftEntry[];
  /** What is left as it is, by resource. */
  readonly left: ReadonlyMap<string, DriftEntry>;
}

/** @param hasConverged the generation was converged before: what needs a step now was changed by somebody else @param now RFC 3339 */
export function foldDrift(fold: DriftFold, event: AgentEvent, hasConverged: boolean, now: string): DriftFold {
  if (event.type === 'step-started' && hasConverged && !event.isWait) {
    const { id, component, sentence } = event;
    return add(fold, { at: now, id, component, policy: 'repair', what: sentence });
  }
  if (event.type === 'drift-left') {
    const { id, component, policy } = event;
    const entry: DriftEntry = { at: now, id, component, policy, what: event.sentences.join('; ') };
    const before = fold.left.get(id);
    if (before?.what === entry.what && before.policy === policy) return fold;
    return { ...add(fold, entry), left: new Map([...fold.left, [id, entry]]) };
  }
  if (event.type === 'resource-converged' && event.isLeft !== true && fold.left.has(event.id))
    return { ...fold, left: new Map([...fold.left].filter(([id]) => id !== event.id)) };
  return fold;
}

function add(fold: DriftFold, entry: DriftEntry): DriftFold {
  const isKnown = fold.entries.some(
    ({ id, what, at }) =>
      id === entry.id && what === entry.what && Date.parse(entry.at) - Date.parse(at) < SAME_MILLISECONDS,
  );
  return isKnown ? fold : { ...fold, entries: [...fold.entries, entry].slice(-KEPT) };
}
