/**
 * Gates of the operator's own, asked between the steps of a roll-out. Asking takes its time, so it goes on beside the
 * roll-out, which is told when an answer has come. Addresses are asked here; commands are run by operators' programs.
 *
 * INVARIANT: an answer counts for the step it was asked for, and for no other.
 */
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import { type Gate, judgeCommands, listWaiting, type Outcome, takeOutcome, type WaitingGate } from './command-gates.ts';
import { type Closed, type Moves, type RolloutMachine, withGate } from './moves.ts';
import { paceOf } from './pace.ts';
import type { RolloutState } from './rows.ts';
import type { Part } from './stages.ts';

export interface GateKeeper {
  /**
   * @param step names what has been done so far
   * @returns undefined once all gates have let this step pass
   */
  verdict(step: string, gates: readonly Gate[]): Closed | undefined;
  /** Gates of that revision whose commands must be run before it goes on. */
  waiting(revision: number): readonly WaitingGate[];
  /** How the command of a gate ended. @throws VentError CONFLICT unless it is waited for at that step */
  report(gate: Pick<WaitingGate, 'name' | 'step'>, outcome: Omit<Outcome, 'since'>): void;
  end(): void;
}

export interface GateKeeperOptions {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Called after every answer that changes the verdict. */
  onChange(): void;
}

/** Characters of what is told of a command. */
const MOST_CHARACTERS = 300;
const AGAIN_MILLISECONDS = 5000;
const ANSWER_MILLISECONDS = 10_000;

interface Asking {
  readonly step: string;
  readonly since: number;
  readonly ending: AbortController;
  readonly gates: readonly Gate[];
  /** How commands ended, by name of the gate. */
  readonly outcomes: Map<string, Outcome>;
  /** Undefined once every address has answered as wished. */
  complaint: string | undefined;
}

export interface At {
  readonly revision: number;
  readonly stage: Part;
  readonly state: RolloutState;
  readonly now: number;
}

/** The moves as the gates leave them. They are asked between two steps: once somebody has moved, before somebody else does. */
export function askGates(
  keeper: Pick<GateKeeper, 'verdict'>,
  moves: Moves,
  machines: readonly RolloutMachine[],
  file: ClusterFile,
  { revision, stage, state, now }: At,
): Moves {
  const moved = machines.filter((machine) => machine.movedAt !== undefined).map(({ id }) => id);
  const isBetweenSteps = state === 'running' && moved.length > 0 && (moves.move.length > 0 || moves.isDone);
  if (!isBetweenSteps) return moves;
  const step = [revision, stage, ...moved.toSorted()].join(' ');
  return withGate(moves, keeper.verdict(step, file.spec.rollout.gates), paceOf(file), now);
}

export function createGateKeeper({ fetch, clock, onChange }: GateKeeperOptions): GateKeeper {
  let asking: Asking | undefined;

  /** @returns what the gate is waited for, or undefined when it is open */
  async function look({ name, http }: Gate): Promise<string | undefined> {
    if (http === undefined) return undefined;
    const { url, status } = http;
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS), redirect: 'manual' });
      await answer.body?.cancel();
      return answer.status === status ? undefined : `gate ${name}: ${url} answers ${answer.status}, not ${status}`;
    } catch {
      return `gate ${name}: ${url} does not answer`;
    }
  }

  async function askOn(one: Asking): Promise<void> {
    while (!one.ending.signal.aborted) {
      const complaints = await Promise.all(one.gates.map(look));
      const complaint = complaints.find((text) => text !== undefined);
      const isNews = complaint !== one.complaint;
      one.complaint = complaint;
      if (one.ending.signal.aborted) return;
      if (isNews) onChange();
      if (complaint === undefined) return;
      await clock.wait(AGAIN_MILLISECONDS, one.ending.signal).catch(() => undefined);
    }
  }

  function begin(step: string, gates: readonly Gate[]): Asking {
    asking?.ending.abort();
    const names = gates.flatMap(({ name, http }) => (http === undefined ? [] : [name]));
    const complaint = names.length === 0 ? undefined : `asks ${names.join(', ')}`;
    asking = { step, since: clock.now(), ending: new AbortController(), gates, outcomes: new Map(), complaint };
    if (complaint !== undefined) void askOn(asking);
    return asking;
  }

  return {
    verdict(step, gates) {
      if (gates.length === 0) return undefined;
      const { complaint, since, outcomes } = asking?.step === step ? asking : begin(step, gates);
      return complaint === undefined ? judgeCommands(gates, outcomes) : { complaint, since };
    },
    waiting: (revision) =>
      asking?.step.startsWith(`${revision} `) === true ? listWaiting(asking.step, asking.gates, asking.outcomes) : [],
    report({ name, step }, outcome) {
      const isKnown = asking?.step === step && asking.gates.some((gate) => gate.name === name && gate.command);
      if (asking === undefined || !isKnown)
        throw new VentError(
          'CONFLICT',
          `cannot take the outcome of gate ${name}: the roll-out does not wait for it now`,
          {
            hint: '`vent rollout status` says what it waits for.',
          },
        );
      const message = outcome.message.slice(0, MOST_CHARACTERS);
      const next = { ...outcome, message, since: clock.now() };
      asking.outcomes.set(name, takeOutcome(asking.outcomes.get(name), next));
      onChange();
    },
    end: () => asking?.ending.abort(),
  };
}
