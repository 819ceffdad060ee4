/**
 * Spreads a new revision over the machines: which revision each of them is rendered from, and what becomes of the whole.
 *
 * INVARIANTS
 * - A machine's revision is durable before a document is rendered from it, so a coordinator that was killed goes on.
 * - A revision has one roll-out; a newer revision ends the one before.
 * - A failure ends the roll-out: machines that had not settled go back to the revision they came from, the others keep theirs.
 */
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import type { Risk } from '../../shared/risk.ts';
import type { Connections } from '../connections.ts';
import { contentOf, type Rendering } from '../documents.ts';
import type { DrainRow } from '../drain/rows.ts';
import type { EtcdLease } from '../etcd/lease.ts';
import type { EtcdRestarts } from '../etcd/restarts.ts';
import type { Fleet } from '../fleet.ts';
import type { DocumentRow } from '../rows.ts';
import type { SnapshotRule } from '../snapshots/rule.ts';
import type { Collection, Row } from '../store/collection.ts';
import type { Store, Transaction } from '../store/store.ts';
import { nextAssignments } from './assignments.ts';
import { createRolloutBook, type RolloutAction, type RolloutBook } from './book.ts';
import { keepDrainage } from './drainage.ts';
import { createForesight, type Foresight, stopForDifferences } from './foresight.ts';
import { askGates, type GateKeeper } from './gates.ts';
import type { Moves, RolloutMachine } from './moves.ts';
import { paceOf } from './pace.ts';
import { type AssignmentRow, createAssignments, partsOf, type RolloutRow, type RolloutState } from './rows.ts';
import { findSnapshotRisk, findUnacceptedRisk } from './snapshots.ts';
import { advance, areSame, chooseStage, differs, newestIn, type Part, type Parts, tellStage } from './stages.ts';
import { describeRollout, type RolloutStatus } from './status.ts';
import { endTurn } from './turn.ts';
import { findSkewRisk, readWishes, stepOf, type Wish, type Wishes } from './wishes.ts';

/** How a machine is, as `vent status` says it. */
export interface Health {
  /** False while it cannot be spoken to. */
  readonly isConnected: boolean;
  /** Why it is not ready, one sentence; undefined when it is. */
  readonly complaint: string | undefined;
  /** It took its document back, or cannot take it up: it stays as it is until it is given another. */
  readonly hasFailed: boolean;
}

export interface RolloutsOptions {
  readonly store: Store;
  readonly documents: Collection<DocumentRow>;
  readonly drains: Collection<DrainRow>;
  /** By node id. */
  health(): Promise<ReadonlyMap<string, Health>>;
  readonly gates: GateKeeper;
  /** Held while a member of etcd moves. */
  readonly lease: EtcdLease;
  readonly restarts: EtcdRestarts;
  readonly snapshotRule: SnapshotRule;
  readonly connections: Pick<Connections, 'ask' | 'live'>;
  /** Has the documents looked at again; called when time alone makes a difference. */
  lookAgain(): void;
  /** Called when what people see has changed. */
  onChange(): void;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Rollouts {
  /** Decides who moves now, keeps it, and renders everybody from the revision that is theirs. */
  spread(fleet: Fleet): Promise<readonly Rendering[]>;
  /** As of the last `spread`; undefined before the first. */
  status(): RolloutStatus | undefined;
  /** @throws VentError NOT_FOUND without a roll-out, CONFLICT when its state does not allow it */
  control(action: RolloutAction, actor: string): Promise<RolloutRow>;
  /** How the command of a gate ended. @throws VentError CONFLICT unless it is waited for */
  readonly reportGate: GateKeeper['report'];
  /** The revisions that the parts of each machine are rendered from, by node id. */
  parts(): Promise<ReadonlyMap<string, Parts>>;
  /** Asks for no further look. */
  end(): void;
  /** What is kept of a machine, for the transaction that takes the machine away. */
  keysOf(nodeId: string): readonly string[];
}

/** How soon a refused move is considered again. */
const GUARD_AGAIN_MILLISECONDS = 5000;

const UNHEARD: Health = { isConnected: false, complaint: 'nothing was heard of it', hasFailed: false };

class Spreader implements Rollouts {
  readonly #options: RolloutsOptions;
  readonly #book: RolloutBook;
  readonly #assignments: Collection<AssignmentRow>;
  readonly #foresight: Foresight;
  /** Since when each machine is well, milliseconds since the epoch; a new coordinator begins to count anew. */
  readonly #wellSince = new Map<string, number>();
  readonly reportGate: GateKeeper['report'];
  #status: RolloutStatus | undefined;
  #waiting = new AbortController();
  #hasEnded = false;

  constructor(options: RolloutsOptions) {
    this.#options = options;
    this.#book = createRolloutBook(options.store, options.clock);
    this.#assignments = createAssignments(options.store);
    this.#foresight = createForesight(options);
    this.reportGate = options.gates.report;
  }

  status(): RolloutStatus | undefined {
    return this.#status;
  }

  async parts(): Promise<ReadonlyMap<string, Parts>> {
    return new Map((await this.#assignments.list()).rows.map((row) => [row.key, partsOf(row.value)]));
  }

  end(): void {
    this.#hasEnded = true;
    this.#waiting.abort();
    this.#options.gates.end();
  }

  keysOf(nodeId: string): readonly string[] {
    return [this.#assignments.keyOf(nodeId), this.#foresight.keyOf(nodeId)];
  }

  async control(action: RolloutAction, actor: string): Promise<RolloutRow> {
    const changed = await this.#book.control(action, actor);
    this.#options.lookAgain();
    return changed;
  }

  async spread(fleet: Fleet): Promise<readonly Rendering[]> {
    const rollout = await this.#book.open(fleet.newest);
    const { state } = rollout.value;
    const lastDone = await this.#book.lastDone(fleet.newest);
    const wishes = await readWishes(fleet, state, this.#assignments, lastDone);
    const machinesAt = await this.#look(wishes.machines, fleet.newest);
    const { differences, untold } = await this.#foresight.judge(fleet.newest);
    const chosen = chooseStage(wishes.stages, machinesAt, paceOf(fleet.file), this.#now());
    const { stage, machines } = chosen;
    const names = new Map(machines.map(({ id, name }) => [id, name]));
    const next = state === 'running' ? stopForDifferences(chosen.moves, untold, names) : chosen.moves;
    const tell = (row: RolloutRow, message: string): void => {
      const gates = this.#options.gates.waiting(fleet.newest);
      const shown = { rollout: row, message, previous: lastDone, differences, gates };
      this.#show(describeRollout(shown, machines, wishes.machines));
    };
    // Whoever asks after a new revision is not told of the one before while machines are asked.
    if (this.#status?.rollout.revision !== rollout.value.revision) tell(rollout.value, next.message);
    await endTurn(this.#options.lease, machines, state);
    const steps = new Map(wishes.machines.map((wish) => [wish.row.id, stepOf(wish, stage, fleet.newest)]));
    const at = { revision: fleet.newest, stage, state, now: this.#now() };
    const decided = askGates(this.#options.gates, next, machines, fleet.file, at);
    const empty = await keepDrainage(
      this.#options,
      { moves: decided, chosen: next.move, machines, steps },
      fleet.file,
      rollout.value,
    );
    const guarded = await this.#guard(empty, stage, rollout.value, wishes, fleet.accepts);
    const { moves: asked, put } = await this.#foresight.ask(guarded, machines, steps, {
      revision: fleet.newest,
      plan: fleet.plan,
    });
    const moves = { ...asked, message: tellStage(wishes.stages, stage, asked.message) };
    const puts = moves.failure === undefined ? put : this.#foresight.telling(untold);
    const after = state === 'running' ? await this.#keep(rollout, wishes, stage, moves, puts) : undefined;
    tell(after?.rollout ?? rollout.value, moves.message);
    this.#scheduleLook(moves.lookAt);
    return wishes.machines.map((wish) => this.#renderingOf(wish, stage, after?.assignments.get(wish.row.id)));
  }

  #now(): number {
    return this.#options.clock.now();
  }

  #show(status: RolloutStatus): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#options.onChange();
  }

  /** Nobody moves against Kubernetes' skew policy, nor a member of etcd against the rules of etcd, or without the snapshot it wants. */
  async #guard(
    moves: Moves,
    stage: Part,
    rollout: RolloutRow,
    wishes: Wishes,
    accepts: readonly Risk[],
  ): Promise<Moves> {
    if (rollout.state !== 'running' || moves.move.length === 0) return moves;
    const step = { wishes, stage, move: moves.move, rollout, accepts };
    const member = wishes.machines.find(({ row }) => row.etcd !== undefined && moves.move.includes(row.id));
    const risk =
      findSkewRisk(wishes, stage, moves.move, rollout.revision) ??
      findUnacceptedRisk(step) ??
      (await findSnapshotRisk(this.#options.snapshotRule, step)) ??
      (member === undefined ? undefined : await this.#options.restarts.prepare(member.row));
    if (risk === undefined) return moves;
    return { ...moves, move: [], message: risk, lookAt: this.#now() + GUARD_AGAIN_MILLISECONDS };
  }

  /** @returns the machines as each stage sees them */
  async #look(wishes: readonly Wish[], revision: number): Promise<(stage: Part) => readonly RolloutMachine[]> {
    const { clock, documents, drains } = this.#options;
    const draining = new Set((await drains.list()).rows.map((row) => row.key));
    const health = await this.#options.health();
    const given = new Map((await documents.list()).rows.map((row) => [row.key, row.value.content]));
    const looks = wishes.map((wish): ((stage: Part) => RolloutMachine) => {
      const { row, assignment, parts, present } = wish;
      // What a machine did under an older revision is no part of this roll-out.
      const isOurs = newestIn(parts) === revision;
      const { movedAt, settledAt, stage: movedIn = 'rest' } = isOurs ? assignment : {};
      const isGiven = present.components !== undefined && given.get(row.id) === contentOf(present.components);
      const seen = health.get(row.id) ?? UNHEARD;
      const complaint = isGiven || movedAt === undefined ? seen.complaint : 'waits for its document';
      if (complaint !== undefined) this.#wellSince.delete(row.id);
      else if (!this.#wellSince.has(row.id)) this.#wellSince.set(row.id, clock.now());
      return (stage) => ({
        id: row.id,
        name: row.name,
        roles: row.roles,
        isPending:
          given.has(row.id) && (movedAt === undefined || movedIn !== stage) && differs(present, wish.at(stage)),
        movedAt: movedAt === undefined || movedIn !== stage ? undefined : Date.parse(movedAt),
        isSettled: settledAt !== undefined,
        complaint,
        hasFailed: isGiven && seen.hasFailed,
        wellSince: this.#wellSince.get(row.id),
        isConnected: seen.isConnected,
        isHeld: row.held === true,
        isDraining: draining.has(row.id),
      });
    });
    return (stage) => looks.map((look) => look(stage));
  }

  /** One transaction; when somebody paused or aborted meanwhile nothing is written and the next look decides anew. */
  async #keep(
    rollout: Row<RolloutRow>,
    wishes: Wishes,
    stage: Part,
    moves: Moves,
    puts: NonNullable<Transaction['put']>,
  ): Promise<{ readonly rollout: RolloutRow; readonly assignments: ReadonlyMap<string, AssignmentRow> } | undefined> {
    const { revision } = rollout.value;
    const at = new Date(this.#now()).toISOString();
    const { rows: changed, stay } = nextAssignments(wishes, stage, moves, revision, at);
    const state: RolloutState = moves.failure !== undefined ? 'failed' : moves.isDone ? 'done' : 'running';
    if (changed.length === 0 && state === 'running') return undefined;
    const reason = stay === undefined ? moves.message : `${moves.message}; ${stay}`;
    const next = state === 'running' ? rollout.value : this.#book.ended(rollout.value, state, reason);
    const transaction: Transaction = {
      compare: [{ key: this.#book.rows.keyOf(rollout.key), revision: rollout.revision }],
      put: [
        this.#book.rows.writing(rollout.key, next),
        ...changed.map((one) => this.#assignments.writing(one.nodeId, one)),
        ...puts,
      ],
    };
    if ((await this.#options.store.transact(transaction)) === undefined) {
      this.#options.lookAgain();
      return undefined;
    }
    // What moved is converging at once, and must be well anew.
    for (const id of moves.move) this.#wellSince.delete(id);
    if (state !== 'running') this.#options.log.info('a roll-out ended', { revision: next.revision, state, reason });
    else if (moves.move.length > 0 || moves.settle.length > 0) this.#options.lookAgain();
    return { rollout: next, assignments: new Map(changed.map((one) => [one.nodeId, one])) };
  }

  #renderingOf(
    { parts, present, newest, row, at }: Wish,
    stage: Part,
    assignment: AssignmentRow | undefined,
  ): Rendering {
    if (assignment === undefined || areSame(partsOf(assignment), parts)) return present;
    if (areSame(partsOf(assignment), advance(parts, stage, newest.revision))) return at(stage);
    // Gone back: the next pass, which was asked for, renders it.
    this.#options.lookAgain();
    const waitsFor = `goes back to revision ${assignment.revision}`;
    return { ...present, components: undefined, waitsFor, nodeId: row.id };
  }

  #scheduleLook(at: number | undefined): void {
    this.#waiting.abort();
    this.#waiting = new AbortController();
    if (at === undefined || this.#hasEnded) return;
    const { clock } = this.#options;
    void clock.wait(Math.max(0, at - clock.now()), this.#waiting.signal).then(
      () => this.#options.lookAgain(),
      () => undefined,
    );
  }
}

export function createRollouts(options: RolloutsOptions): Rollouts {
  return new Spreader(options);
}
