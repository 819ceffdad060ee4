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

/** In which a machine must have committed what it was given, in seconds. */
export function patienceOf({ spec: { rollout } }: Pick<ClusterFile, 'spec'>): {
  readonly confirmSeconds: number;
  readonly healthSeconds: number;
} {
  const seconds = (text: string): number => Math.min(86_400, Math.max(5, Math.ceil(parseDuration(text) / 1000)));
  return { confirmSeconds: seconds(rollout.confirm), healthSeconds: seconds(rollout.deadline) };
}
