/** A roll-out as people see it. */
import type { WaitingGate } from './command-gates.ts';
import type { Differences } from './foresight.ts';
import { compareNames, type RolloutMachine } from './moves.ts';
import type { RolloutRow } from './rows.ts';
import type { Wish } from './wishes.ts';

export interface MachineProgress {
  readonly name: string;
  readonly state: 'pending' | 'moving' | 'settled' | 'held' | 'unchanged';
  readonly revision: number;
  readonly movedAt: string | undefined;
  /** How what it did differs from what was planned, one sentence each. */
  readonly differences: readonly string[];
}

export interface RolloutStatus {
  readonly rollout: RolloutRow;
  /** The newest revision before it that everybody took up. */
  readonly previous: number | undefined;
  /** What it waits for, one sentence; empty when it has ended. */
  readonly message: string;
  readonly machines: readonly MachineProgress[];
  /** Gates whose commands an operator must run before it goes on. */
  readonly gates: readonly WaitingGate[];
}

/** @param isDone the roll-out has reached everybody: who settled in its last look is not looked at again */
function progressOf(
  { isPending, movedAt, isSettled, isHeld }: RolloutMachine,
  isDone: boolean,
): MachineProgress['state'] {
  if (movedAt !== undefined) return isSettled || isDone ? 'settled' : 'moving';
  if (!isPending) return 'unchanged';
  return isHeld ? 'held' : 'pending';
}

/** What a later stage has for a machine is still to come. */
function withRest(machine: RolloutMachine, wish: Wish | undefined): RolloutMachine {
  const isPending = machine.movedAt === undefined && wish !== undefined && !wish.isWhole();
  return { ...machine, isPending: machine.isPending || isPending };
}

/**
 * @param shown `message`: what the next move waits for; `differences`: by node id
 * @param machines as the stage sees them that it is in
 * @param wishes of the machines, in the same order
 */
export function describeRollout(
  shown: Omit<RolloutStatus, 'machines'> & { readonly differences: Differences },
  machines: readonly RolloutMachine[],
  wishes: readonly Wish[],
): RolloutStatus {
  const { rollout, message, previous, differences, gates } = shown;
  return {
    rollout,
    previous,
    gates: rollout.state === 'running' ? gates : [],
    message: rollout.state === 'running' ? message : rollout.reason,
    machines: machines
      .map((machine, index) => ({
        name: machine.name,
        state: progressOf(withRest(machine, wishes[index]), rollout.state === 'done'),
        revision: wishes[index]?.assignment.revision ?? rollout.revision,
        movedAt: machine.movedAt === undefined ? undefined : new Date(machine.movedAt).toISOString(),
        differences: differences.get(machine.id) ?? [],
      }))
      .toSorted(compareNames),
  };
}
