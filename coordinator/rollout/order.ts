/** Which machines get their newest document next: a pure function of state, so that properties and simulations can drive it. */
import type { Role } from '../../shared/spec/schema.ts';

export interface RolloutNode {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Digest of the content that is rendered for it now. */
  readonly wanted: string;
  /** Digest of the content of the document it was given last; undefined before the first. */
  readonly given: string | undefined;
  /** It reported convergence on the document it was given last. */
  readonly isConverged: boolean;
}

/** In the order in which a change reaches them. */
export const STAGES = ['etcd', 'control-plane', 'worker'] as const;
export type Stage = (typeof STAGES)[number];

/** The stage of a machine with these roles: its most delicate one. */
export function stageOf(roles: readonly Role[]): Stage {
  return STAGES.find((stage) => roles.includes(stage)) ?? 'worker';
}

/**
 * Ids of the machines that may be given their newest document now.
 *
 * A machine that never had a document gets it at once: on first formation nothing waits for an order. Changes then go
 * stage by stage (etcd, control plane, workers), one machine at a time in the first two; a stage waits until every
 * machine before it converged on what it was given. Among the outdated, one that has not converged goes first, because
 * the newer document may be what mends it.
 */
export function nextWave(nodes: readonly RolloutNode[]): readonly string[] {
  const first = nodes.filter((node) => node.given === undefined);
  const known = nodes.filter((node) => node.given !== undefined);
  return [...first.map((node) => node.id), ...nextChanged(known)];
}

function nextChanged(nodes: readonly RolloutNode[]): readonly string[] {
  for (const stage of STAGES) {
    const members = nodes.filter((node) => stageOf(node.roles) === stage);
    const outdated = members.filter((node) => node.given !== node.wanted);
    const isSettling = members.some((node) => node.given === node.wanted && !node.isConverged);
    if (stage === 'worker') return outdated.map((node) => node.id);
    if (isSettling) return [];
    const [next] = outdated.toSorted(
      (a, b) => Number(a.isConverged) - Number(b.isConverged) || a.name.localeCompare(b.name),
    );
    if (next !== undefined) return [next.id];
  }
  return [];
}
