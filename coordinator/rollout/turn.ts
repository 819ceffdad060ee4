/** A roll-out's turn at etcd: held while a member that it moved is not well yet. */
import type { EtcdLease } from '../etcd/lease.ts';
import type { RolloutMachine } from './moves.ts';
import type { RolloutState } from './rows.ts';

/** Ends the turn once the member has settled, or went back, or is no more, or is well after the roll-out has ended. */
export async function endTurn(
  lease: EtcdLease,
  machines: readonly RolloutMachine[],
  state: RolloutState,
): Promise<void> {
  const held = await lease.holder();
  if (held?.holder !== 'rollout') return;
  const mover = machines.find(({ id }) => id === held.nodeId);
  const hasEnded = state !== 'running' && state !== 'paused';
  if (mover?.movedAt === undefined || mover.isSettled || (hasEnded && mover.complaint === undefined))
    await lease.release('rollout', held.nodeId);
}
