/** In which order and how many at once a change would reach machines: the roll-out's own decision, played to its end. */
import { nextMoves, type Pace, type RolloutMachine } from '../rollout/moves.ts';

/**
 * @param machines as they are now; those that cannot move are left out
 * @returns names by wave
 */
export function foreseeWaves(machines: readonly RolloutMachine[], pace: Pace): readonly (readonly string[])[] {
  const waves: (readonly string[])[] = [];
  let known = machines;
  for (let now = pace.soak; ; now += pace.soak + 1) {
    const { move, settle, isDone } = nextMoves(known, pace, now);
    if (isDone || (move.length === 0 && settle.length === 0)) return waves;
    const moved = move.map((id) => known.find((machine) => machine.id === id)?.name ?? id);
    if (moved.length > 0) waves.push(moved);
    known = known.map((machine) => {
      if (settle.includes(machine.id)) return { ...machine, isSettled: true };
      // As it would be if all goes well.
      return move.includes(machine.id)
        ? { ...machine, isPending: false, movedAt: now, complaint: undefined, wellSince: now }
        : machine;
    });
  }
}
