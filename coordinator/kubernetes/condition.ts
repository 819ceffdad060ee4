import type { Condition } from '../../shared/report.ts';

export type Judgement = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/**
 * A condition that the coordinator observed. Its time moves only when its status does.
 * @param before the same condition as it was, if it ever was
 * @param now milliseconds since the epoch
 */
export function conditionFrom(
  judged: Judgement,
  before: Condition | undefined,
  observedGeneration: number,
  now: number,
): Condition {
  const lastTransitionTime = before?.status === judged.status ? before.lastTransitionTime : new Date(now).toISOString();
  return { ...judged, observedGeneration, lastTransitionTime };
}
