/**
 * Gates whose commands operators run where they wait for a roll-out; their programs report how that ended. The coordinator
 * runs nothing of an operator's. Pure.
 */
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { Closed } from './moves.ts';

export type Gate = ClusterFile['spec']['rollout']['gates'][number];

export interface WaitingGate {
  readonly name: string;
  readonly step: string;
  readonly command: readonly string[];
}

/** How the command of a gate ended last, at one step. */
export interface Outcome {
  readonly passed: boolean;
  /** One sentence. */
  readonly message: string;
  /** Name of the operator. */
  readonly by: string;
  /** When it failed for the first time, milliseconds since the epoch. */
  readonly since: number;
}

/** Once a command has passed a step, it has; failures count from the first one on. */
export function takeOutcome(before: Outcome | undefined, next: Outcome): Outcome {
  if (before === undefined || next.passed) return next;
  return before.passed ? before : { ...next, since: before.since };
}

/** Those that must still pass. */
export function listWaiting(
  step: string,
  gates: readonly Gate[],
  outcomes: ReadonlyMap<string, Outcome>,
): readonly WaitingGate[] {
  return gates.flatMap(({ name, command }) =>
    command === undefined || outcomes.get(name)?.passed === true ? [] : [{ name, step, command }],
  );
}

/**
 * A command that fails is waited for as long as any gate; one that nobody runs is waited for without end.
 * @param outcomes by name of the gate
 * @returns undefined when every command has passed
 */
export function judgeCommands(gates: readonly Gate[], outcomes: ReadonlyMap<string, Outcome>): Closed | undefined {
  const waiting = listWaiting('', gates, outcomes);
  for (const { name } of waiting) {
    const outcome = outcomes.get(name);
    if (outcome !== undefined)
      return { complaint: `gate ${name}: ${outcome.message}, run by ${outcome.by}`, since: outcome.since };
  }
  const [first] = waiting;
  if (first === undefined) return undefined;
  const names = waiting.map(({ name }) => name).join(', ');
  return {
    complaint: `gate ${names} waits for an operator to run its command: vent rollout run-gates -f cluster.yaml`,
    since: undefined,
  };
}
