/**
 * Before a machine moves it is asked what it will do; once it has done it, the two are compared. A difference is an error:
 * nobody else moves before an operator has looked, and what was done stays, since the machine is well and going back would
 * do still more that nobody has planned.
 */
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { Connections } from '../connections.ts';
import { contentOf, type Rendering } from '../documents.ts';
import { compareDone, foreseenOf } from '../plan/compare.ts';
import type { DocumentRow } from '../rows.ts';
import type { Collection } from '../store/collection.ts';
import type { Store, Transaction } from '../store/store.ts';
import { within } from '../within.ts';
import type { Moves, RolloutMachine } from './moves.ts';
import { createPromises } from './promises.ts';
import { createForeseen, type ForeseenRow } from './rows.ts';

export interface ForesightOptions {
  readonly store: Store;
  readonly documents: Collection<DocumentRow>;
  readonly connections: Pick<Connections, 'ask' | 'live'>;
  readonly clock: Clock;
  readonly log: Logger;
}

/** How what machines did differs from what they said, one sentence each, by node id. */
export type Differences = ReadonlyMap<string, readonly string[]>;

export interface Foresight {
  /** Compares what has been done since. @param revision that is rolled out */
  judge(revision: number): Promise<{
    readonly differences: Differences;
    /** Of machines that the roll-out has not stopped for yet. */
    readonly untold: readonly ForeseenRow[];
  }>;
  /**
   * Asks those who move now. While one of them cannot say what it would do, nobody moves; nor when one would do something
   * else than the plan says that was applied.
   * @param steps what each would take up, by node id
   * @returns `put`: what must be written with the moves
   */
  ask(
    moves: Moves,
    machines: readonly RolloutMachine[],
    steps: ReadonlyMap<string, Step>,
    of: { readonly revision: number; readonly plan: string | undefined },
  ): Promise<{ readonly moves: Moves; readonly put: Puts }>;
  /** What must be written when the roll-out stops for these. */
  telling(rows: readonly ForeseenRow[]): Puts;
  keyOf(nodeId: string): string;
}

export interface Step {
  readonly newest: Rendering;
  /** Whether a component is taken up now. */
  isMeant(component: string): boolean;
}

type Puts = NonNullable<Transaction['put']>;

/** A plan takes well under a second; nothing else is decided meanwhile. */
const ANSWER_MILLISECONDS = 10_000;
const AGAIN_MILLISECONDS = 5000;

export function createForesight(options: ForesightOptions): Foresight {
  const { documents, connections, clock, log } = options;
  const rows = createForeseen(options.store);
  const promises = createPromises(options.store);

  async function compare(row: ForeseenRow): Promise<ForeseenRow> {
    const report = connections.live(row.nodeId)?.report;
    const document = (await documents.get(row.nodeId))?.value;
    const isSame = document?.content === row.content && report?.done?.generation === document.generation;
    if (!isSame || report?.done === undefined) return row;
    const differences = compareDone(row, report.done, new Set(report.drift.map(({ id }) => id)));
    if (differences === undefined) return row;
    const compared = { ...row, differences: [...differences] };
    await rows.put(row.nodeId, compared);
    const { revision } = row;
    if (differences.length > 0)
      log.error('a machine did something else than planned', { node: row.nodeId, revision, differences });
    return compared;
  }

  async function askOne(
    { id, name, complaint }: RolloutMachine,
    { newest: { components }, isMeant }: Step,
    { revision, plan }: { readonly revision: number; readonly plan: string | undefined },
  ): Promise<Answer | undefined> {
    if (components === undefined) return undefined;
    try {
      const asked = connections.ask(id, Buffer.from(JSON.stringify(components)));
      const foreseen = foreseenOf(await within(clock, ANSWER_MILLISECONDS, asked), complaint === undefined);
      const others = plan === undefined ? [] : await promises.compare(plan, name, foreseen, isMeant);
      if (others.length > 0)
        return { id, breach: `${name} would do something else than plan ${plan} says: ${others.join('; ')}` };
      const { changes, unknown, ...rest } = foreseen;
      const content = contentOf(components);
      return { id, row: { nodeId: id, revision, content, ...rest, changes: [...changes], unknown: [...unknown] } };
    } catch (thrown) {
      return { id, silence: `waits for ${name} to say what it would do: ${VentError.from(thrown).message}` };
    }
  }

  return {
    async judge(revision) {
      const known = (await rows.list()).rows.map((row) => row.value).filter((row) => row.revision === revision);
      const judged = await Promise.all(known.map((row) => (row.differences === undefined ? compare(row) : row)));
      const differing = judged.filter(({ differences = [] }) => differences.length > 0);
      return {
        differences: new Map(differing.map(({ nodeId, differences = [] }) => [nodeId, differences])),
        untold: differing.filter(({ isTold }) => isTold !== true),
      };
    },
    async ask(moves, machines, steps, of) {
      const movers = machines.filter(({ id }) => moves.move.includes(id));
      const asked = movers.map(async (one) => {
        const step = steps.get(one.id);
        return step && (await askOne(one, step, of));
      });
      const answers = (await Promise.all(asked)).filter((answer) => answer !== undefined);
      const breach = answers.find((answer) => answer.breach !== undefined);
      if (breach?.breach !== undefined) return { moves: stop(moves, breach.id, breach.breach), put: [] };
      const silence = answers.find((answer) => answer.silence !== undefined)?.silence;
      if (silence !== undefined)
        return { moves: { ...moves, move: [], message: silence, lookAt: clock.now() + AGAIN_MILLISECONDS }, put: [] };
      return { moves, put: answers.flatMap(({ row }) => (row === undefined ? [] : [rows.writing(row.nodeId, row)])) };
    },
    telling: (told) => told.map((row) => rows.writing(row.nodeId, { ...row, isTold: true })),
    keyOf: (nodeId) => rows.keyOf(nodeId),
  };
}

interface Answer {
  readonly id: string;
  readonly row?: ForeseenRow;
  /** Why it cannot be told what it would do. */
  readonly silence?: string;
  /** How it would break the plan that was applied. */
  readonly breach?: string;
}

/** Nobody moves any further, and what was done stays. */
function stop(moves: Moves, id: string, reason: string): Moves {
  return {
    ...moves,
    move: [],
    isDone: false,
    failure: { id, reason, isKept: true },
    message: reason,
    lookAt: undefined,
  };
}

/** The moves as a difference leaves them: nobody moves any further. @param names by node id */
export function stopForDifferences(
  moves: Moves,
  untold: readonly ForeseenRow[],
  names: ReadonlyMap<string, string>,
): Moves {
  const [first] = untold;
  // A machine that must go back has its own reason.
  if (first === undefined || moves.failure !== undefined) return moves;
  const told = untold.map(
    ({ nodeId, differences = [] }) =>
      `${names.get(nodeId) ?? nodeId} did something else than planned: ${differences.join('; ')}`,
  );
  return stop(moves, first.nodeId, told.join('; '));
}
