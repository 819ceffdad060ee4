/** How fast a revision spreads, from the cluster file. */
import { parseDuration } from '../../shared/duration.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { Pace } from './moves.ts';

export function paceOf({ spec: { rollout } }: Pick<ClusterFile, 'spec'>): Pace {
  const { maxUnavailable, canary, soak, deadline } = rollout;
  return {
    maxUnavailable:
      typeof maxUnavailable === 'number' ? maxUnavailable : { percent: Number(maxUnavailable.slice(0, -1)) },
    canary,
    soak: parseDuration(soak),
    deadline: parseDuration(deadline),
  };
}

/** The rest of the deadline is for going back and for saying why, before the roll-out would give the machine up. */
const SHARE_OF_DEADLINE = 0.75;

/** In which a machine must have committed what it was given, in seconds. */
export function patienceOf({ spec: { rollout } }: Pick<ClusterFile, 'spec'>): {
  readonly confirmSeconds: number;
  readonly healthSeconds: number;
} {
  const healthSeconds = secondsIn(parseDuration(rollout.deadline) * SHARE_OF_DEADLINE);
  return { confirmSeconds: Math.min(healthSeconds, secondsIn(parseDuration(rollout.confirm))), healthSeconds };
}

/** Whole seconds that a document may say. */
function secondsIn(milliseconds: number): number {
  return Math.min(86_400, Math.max(5, Math.floor(milliseconds / 1000)));
}
