/** A roll-out's turn at etcd: held while a member that it moved is not well yet. */
import { describeTurn, type EtcdLease } from '../etcd/lease.ts';
import type { NodeRow } from '../nodes/row.ts';
import type { RolloutMachine } from './moves.ts';
import type { RolloutState } from './rows.ts';

/** @returns why it has to wait, naming the rule; undefined when it has the turn */
export async function takeTurn(lease: EtcdLease, { id, name }: NodeRow): Promise<string | undefined> {
  const other = await lease.take({ holder: 'rollout', nodeId: id, what: `the roll-out changes ${name}` });
  return other && describeTurn(other);
}

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
