/**
 * Which machines take up a revision next: a pure function of what is known, so that properties and simulations can drive
 * it, and a coordinator that was killed goes on where the store says it was.
 *
 * INVARIANTS (test/coordinator/rollout/moves.test.ts)
 * - Roles go in order: etcd, control planes, workers; a stage begins when the one before has none left to move.
 * - Of etcd members and control planes one moves at a time; of workers first the canaries, then as many as may be missing
 *   at once, machines that are missing for other reasons counted in.
 * - Nobody moves while a machine that moved has not been well for as long as the soak lasts, nor after a failure.
 * - A machine on hold, or one that cannot be spoken to, does not move, and keeps nobody else from it.
 */
import type { Role } from '../../shared/spec/schema.ts';
import { STAGES, stageOf } from './order.ts';

export interface Pace {
  /** Workers that may be missing at once: a number, or a share of them in percent, rounded down, at least 1. */
  readonly maxUnavailable: number | { readonly percent: number };
  /** Workers that move before the others. */
  readonly canary: number;
  /** Milliseconds that a machine must be well before the next moves. */
  readonly soak: number;
  /** Milliseconds in which a machine that moved must become well. */
  readonly deadline: number;
}

export interface RolloutMachine {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** It has another content than the revision gives it, and has not moved to it. */
  readonly isPending: boolean;
  /** Milliseconds since the epoch; undefined while it has not moved. */
  readonly movedAt: number | undefined;
  /** It moved, and was well for the soak. */
  readonly isSettled: boolean;
  /** Undefined while it is well; else why not, one sentence. */
  readonly complaint: string | undefined;
  /** It took the revision back by itself: waiting longer is of no use. */
  readonly hasFailed: boolean;
  /** Since when it is well without interruption, milliseconds since the epoch. */
  readonly wellSince: number | undefined;
  readonly isHeld: boolean;
  /** Its pods leave it, or have left it, so that it can move. */
  readonly isDraining: boolean;
  /** False while it cannot be spoken to: it is missing, and does not move. */
  readonly isConnected: boolean;
}

export interface Moves {
  /** Ids of machines that take the revision up now. */
  readonly move: readonly string[];
  /** Ids of machines that moved and were well for the soak. */
  readonly settle: readonly string[];
  /** The machine that did not become well in time, and why. `isKept`: what was done stays, nobody goes back for it. */
  readonly failure: { readonly id: string; readonly reason: string; readonly isKept?: true } | undefined;
  /** Nothing is left to do. */
  readonly isDone: boolean;
  /** One sentence, for people; empty when done. */
  readonly message: string;
  /** When to look again without an event, milliseconds since the epoch. */
  readonly lookAt: number | undefined;
}

const NOTHING: Moves = { move: [], settle: [], failure: undefined, isDone: false, message: '', lookAt: undefined };

/** @param now milliseconds since the epoch */
export function nextMoves(machines: readonly RolloutMachine[], pace: Pace, now: number): Moves {
  const moving = machines.filter((machine) => machine.movedAt !== undefined && !machine.isSettled);
  const late = moving.find(
    (machine) =>
      machine.complaint !== undefined && (machine.hasFailed || now - (machine.movedAt ?? now) >= pace.deadline),
  );
  if (late !== undefined)
    return {
      ...NOTHING,
      failure: { id: late.id, reason: late.complaint ?? '' },
      message: `${late.name}: ${late.complaint}`,
    };
  const settle = moving.filter(
    (machine) => soakEnd(machine, pace) !== undefined && (soakEnd(machine, pace) ?? 0) <= now,
  );
  const open = moving.filter((machine) => !settle.includes(machine));
  const settled = { ...NOTHING, settle: settle.map((machine) => machine.id) };
  if (open.length > 0) return { ...settled, ...describeOpen(open, pace) };
  return { ...settled, ...chooseNext(machines, pace) };
}

/** When the machine will have been well for the soak; undefined while it is not well. */
function soakEnd({ movedAt, wellSince, complaint }: RolloutMachine, { soak }: Pace): number | undefined {
  if (complaint !== undefined || wellSince === undefined || movedAt === undefined) return undefined;
  return Math.max(movedAt, wellSince) + soak;
}

function describeOpen(open: readonly RolloutMachine[], pace: Pace): Pick<Moves, 'message' | 'lookAt'> {
  const ends = open.map((machine) => soakEnd(machine, pace) ?? (machine.movedAt ?? 0) + pace.deadline);
  const unwell = open.find((machine) => machine.complaint !== undefined);
  const names = open.map((machine) => machine.name).join(', ');
  const message =
    unwell === undefined
      ? `waits ${pace.soak / 1000} s for ${names} to stay well`
      : `waits for ${unwell.name}: ${unwell.complaint}`;
  return { message, lookAt: Math.min(...ends) };
}

function chooseNext(machines: readonly RolloutMachine[], pace: Pace): Pick<Moves, 'move' | 'isDone' | 'message'> {
  const pending = machines.filter((machine) => machine.isPending && machine.movedAt === undefined);
  const free = pending.filter((machine) => !machine.isHeld && machine.isConnected);
  const stuck = pending.filter((machine) => !free.includes(machine)).map(describeStuck);
  const stage = STAGES.find((one) => free.some((machine) => stageOf(machine.roles) === one));
  if (stage === undefined) return { move: [], isDone: stuck.length === 0, message: stuck.join(', ') };
  const candidates = free
    .filter((machine) => stageOf(machine.roles) === stage)
    .toSorted((a, b) => precedence(a) - precedence(b) || compareNames(a, b));
  if (stage !== 'worker')
    return { move: candidates.slice(0, 1).map((machine) => machine.id), isDone: false, message: '' };
  return chooseWorkers(machines, candidates, pace);
}

/** Who is empty already goes first, then who is unwell anyway. */
function precedence({ isDraining, complaint }: RolloutMachine): number {
  if (isDraining) return 0;
  return complaint === undefined ? 2 : 1;
}

function describeStuck({ name, isHeld, complaint }: RolloutMachine): string {
  return isHeld ? `${name} is on hold` : `waits for ${name}: ${complaint ?? 'it is away'}`;
}

/** Made once: a comparison that makes its own takes many times as long. */
const NAMES = new Intl.Collator('en', { numeric: true });

/** As people count: workers-2 before workers-10. */
export function compareNames(a: { readonly name: string }, b: { readonly name: string }): number {
  return NAMES.compare(a.name, b.name);
}

/** Machines that are unwell already take up room of `maxUnavailable`, also where they are to move themselves. */
function chooseWorkers(
  machines: readonly RolloutMachine[],
  candidates: readonly RolloutMachine[],
  pace: Pace,
): Pick<Moves, 'move' | 'isDone' | 'message'> {
  const workers = machines.filter((machine) => stageOf(machine.roles) === 'worker');
  const hasCanary = pace.canary > 0 && !workers.some((machine) => machine.movedAt !== undefined);
  const limit = hasCanary
    ? Math.min(pace.canary, mostUnavailable(pace, workers.length))
    : mostUnavailable(pace, workers.length);
  const missing = workers.filter((machine) => machine.complaint !== undefined && !candidates.includes(machine));
  const move = candidates.slice(0, Math.max(0, limit - missing.length));
  if (move.length > 0) return { move: move.map((machine) => machine.id), isDone: false, message: '' };
  const names = missing.map((machine) => machine.name).join(', ');
  return { move: [], isDone: false, message: `waits until no more than ${limit - 1} workers are missing: ${names}` };
}

/** Of so many workers. */
export function mostUnavailable({ maxUnavailable }: Pick<Pace, 'maxUnavailable'>, workers: number): number {
  if (typeof maxUnavailable === 'number') return Math.max(1, maxUnavailable);
  return Math.max(1, Math.floor((workers * maxUnavailable.percent) / 100));
}

/** What a closed gate is waited for. `since`: milliseconds since the epoch; undefined while waiting has no end. */
export interface Closed {
  readonly complaint: string;
  readonly since: number | undefined;
}

/**
 * The moves as a closed gate leaves them: nobody moves and nothing is done before it opens.
 * @param gate undefined when every gate is open
 */
export function withGate(
  moves: Moves,
  gate: Closed | undefined,
  { deadline }: Pick<Pace, 'deadline'>,
  now: number,
): Moves {
  if (gate === undefined) return moves;
  const lookAt = gate.since === undefined ? undefined : gate.since + deadline;
  const closed = { ...moves, move: [], isDone: false, message: gate.complaint, lookAt };
  const isOver = lookAt !== undefined && now >= lookAt;
  return isOver ? { ...closed, failure: { id: '', reason: gate.complaint } } : closed;
}
