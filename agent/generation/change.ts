/**
 * One change of the machine under way: from its first record to its commit, or to the way back.
 *
 * INVARIANTS
 * - Nothing of the machine changes before the way back is durable and the timer runs that takes it.
 * - Once COMMIT is in the journal the change stays; until then it is taken back, by the agent or without it.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Host } from '../host/host.ts';
import { PRIVATE } from '../kinds/steps/files.ts';
import type { Ledger } from '../ledger.ts';
import { compareFloors, type Floor } from '../verify.ts';
import type { DoneLog } from './done.ts';
import { type ChangeState, type Journal, stateOf } from './journal.ts';
import { createKeeper, type Keeper } from './keeper.ts';
import { createKeepingHost } from './keeping-host.ts';
import { LEDGER_BEFORE } from './places.ts';
import type { RecordOf } from './records.ts';
import { armTimer, disarmTimer } from './rollback-units.ts';

export interface ChangeParts {
  readonly host: Host;
  readonly journal: Journal;
  readonly done: DoneLog;
  readonly ledger: Ledger;
  readonly clock: Clock;
}

export interface Wish extends Floor {
  /** Hex SHA-256 of the payload. */
  readonly digest: string;
  readonly part: RecordOf<'BEGIN'>['part'];
}

/** @returns true while the journal tells of a change that is neither committed nor taken back */
export function isOpen({ begin, commit, rollback }: ChangeState): boolean {
  return begin !== undefined && commit === undefined && rollback === undefined;
}

/** How much sooner than the timer the agent goes back itself, since it can say why. */
const AGENT_SHARE = 0.95;

export class Change {
  readonly #parts: ChangeParts;
  readonly #wish: Wish;
  readonly #keeper: Keeper;
  /** What the steps of the generation act on. */
  readonly host: Host;
  #touchesLink = false;
  #deadline: number | undefined;
  #isArmed = false;

  private constructor(parts: ChangeParts, wish: Wish, state: ChangeState) {
    const { host, journal } = parts;
    this.#parts = parts;
    this.#wish = wish;
    this.#keeper = createKeeper(host, journal, `generation ${wish.generation}`, state.kept);
    const onRun = (unit: string): Promise<void> => journal.append({ type: 'RESTARTED', at: this.#now(), unit });
    this.host = createKeepingHost({ host, keeper: this.#keeper, onRun });
  }

  /** Begins a change, or goes on with the one that the journal tells of. */
  static async open(parts: ChangeParts, wish: Wish): Promise<Change> {
    const { journal, done } = parts;
    const before = await journal.state();
    const goesOn = isOpen(before);
    const change = new Change(parts, wish, goesOn ? before : stateOf([]));
    if (!goesOn) await journal.clear();
    const { begin } = before;
    const isSame = goesOn && begin !== undefined && compareFloors(begin, wish) === 0 && begin.part === wish.part;
    if (goesOn && before.switched !== undefined) change.#goOn(before);
    if (isSame && before.switched !== undefined) change.#deadline = Date.parse(before.switched.deadline);
    else {
      await done.begin(wish.generation);
      await journal.append({ type: 'BEGIN', at: change.#now(), ...wish });
    }
    return change;
  }

  /** What an earlier agent or an earlier generation did since the last commit is part of this change. */
  #goOn({ staged, kept }: ChangeState): void {
    this.#isArmed = true;
    this.#touchesLink =
      staged?.touchesLink === true || kept.some(({ type }) => type === 'network' || type === 'sysctl');
  }

  #now(): string {
    return new Date(this.#parts.clock.now()).toISOString();
  }

  get generation(): number {
    return this.#wish.generation;
  }

  /** Milliseconds since the epoch; undefined before the switch. */
  get deadline(): number | undefined {
    return this.#deadline;
  }

  /** True once the machine may have been changed. */
  get isArmed(): boolean {
    return this.#isArmed;
  }

  get touchesLink(): boolean {
    return this.#touchesLink;
  }

  /** A step touches the link that was not foreseen to. */
  noteLink(): void {
    this.#touchesLink = true;
  }

  /** The last moment before the machine is changed. @param seconds until it is taken back */
  async switch(touchesLink: boolean, seconds: number): Promise<void> {
    const { host, journal, ledger, clock } = this.#parts;
    this.#touchesLink ||= touchesLink;
    if (!this.#isArmed) await host.files.write(LEDGER_BEFORE, await ledger.save(), PRIVATE);
    await this.#keeper.render();
    if (touchesLink) await this.#keeper.network();
    this.#isArmed = true;
    await armTimer(host, seconds);
    await journal.append({ type: 'STAGED', at: this.#now(), touchesLink: this.#touchesLink, seconds });
    this.#deadline = clock.now() + seconds * 1000 * AGENT_SHARE;
    await journal.append({ type: 'SWITCH', at: this.#now(), deadline: new Date(this.#deadline).toISOString() });
  }

  /** It does what it should. */
  async noteHealth(): Promise<void> {
    await this.#parts.journal.append({ type: 'HEALTHY', at: this.#now() });
  }

  async commit(by: RecordOf<'COMMIT'>['by']): Promise<void> {
    await this.#parts.journal.append({ type: 'COMMIT', at: this.#now(), by });
    if (this.#isArmed) await disarmTimer(this.#parts.host);
  }

  /** Says why it is to be taken back; the way back is another's to start. */
  async giveUp(reason: string): Promise<void> {
    await this.#parts.journal.append({ type: 'ROLLBACK', at: this.#now(), reason });
  }
}
