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
import type { Connections } from '../connections.ts';
import { contentOf, type Rendering } from '../documents.ts';
import type { EtcdLease } from '../etcd/lease.ts';
import type { Fleet } from '../fleet.ts';
import type { NodeRow } from '../nodes/row.ts';
import type { DocumentRow } from '../rows.ts';
import { type Collection, createCollection, type Row } from '../store/collection.ts';
import type { Store, Transaction } from '../store/store.ts';
import { createRolloutBook, type RolloutAction, type RolloutBook } from './book.ts';
import type { GateKeeper } from './gates.ts';
import { type Moves, nextMoves, type RolloutMachine, withGate } from './moves.ts';
import { paceOf } from './pace.ts';
import { findQuorumRisk } from './quorum.ts';
import { type AssignmentRow, assignmentRow, type RolloutRow, type RolloutState } from './rows.ts';
import { describeRollout, type RolloutStatus } from './status.ts';
import { endTurn, takeTurn } from './turn.ts';

/** How a machine is, as `vent status` says it. */
export interface Health {
  /** False while it cannot be spoken to. */
  readonly isConnected: boolean;
  /** Why it is not ready, one sentence; undefined when it is. */
  readonly complaint: string | undefined;
}

export interface RolloutsOptions {
  readonly store: Store;
  readonly documents: Collection<DocumentRow>;
  /** By node id. */
  health(): Promise<ReadonlyMap<string, Health>>;
  readonly gates: GateKeeper;
  /** Held while a member of etcd moves. */
  readonly lease: EtcdLease;
  readonly connections: Pick<Connections, 'ask'>;
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
  /** The revision that each machine is rendered from, by node id. */
  revisions(): Promise<ReadonlyMap<string, number>>;
  /** Asks for no further look. */
  end(): void;
  /** The key of a machine's assignment, for the transaction that takes the machine away. */
  keyOf(nodeId: string): string;
}

/** How soon a refused move is considered again. */
const GUARD_AGAIN_MILLISECONDS = 5000;

/** A machine with what it is rendered as now, and as the newest revision would have it. */
interface Wish {
  readonly row: NodeRow;
  readonly assignment: AssignmentRow;
  readonly present: Rendering;
  readonly newest: Rendering;
}

class Spreader implements Rollouts {
  readonly #options: RolloutsOptions;
  readonly #book: RolloutBook;
  readonly #assignments: Collection<AssignmentRow>;
  /** Since when each machine is well, milliseconds since the epoch; a new coordinator begins to count anew. */
  readonly #wellSince = new Map<string, number>();
  #status: RolloutStatus | undefined;
  #waiting = new AbortController();
  #hasEnded = false;

  constructor(options: RolloutsOptions) {
    this.#options = options;
    this.#book = createRolloutBook(options.store, options.clock);
    this.#assignments = createCollection(options.store, '/assignments/', assignmentRow);
  }

  status(): RolloutStatus | undefined {
    return this.#status;
  }

  async revisions(): Promise<ReadonlyMap<string, number>> {
    return new Map((await this.#assignments.list()).rows.map((row) => [row.key, row.value.revision]));
  }

  end(): void {
    this.#hasEnded = true;
    this.#waiting.abort();
    this.#options.gates.end();
  }

  keyOf(nodeId: string): string {
    return this.#assignments.keyOf(nodeId);
  }

  async control(action: RolloutAction, actor: string): Promise<RolloutRow> {
    const changed = await this.#book.control(action, actor);
    this.#options.lookAgain();
    return changed;
  }

  async spread(fleet: Fleet): Promise<readonly Rendering[]> {
    const rollout = await this.#book.open(fleet.newest);
    const wishes = await this.#readWishes(fleet, rollout);
    const machines = await this.#look(wishes, fleet.newest);
    await endTurn(this.#options.lease, machines, rollout.value.state);
    const moves = await this.#guard(this.#decide(machines, fleet, rollout.value.state), rollout.value.state, wishes);
    const after = rollout.value.state === 'running' ? await this.#keep(rollout, wishes, moves) : undefined;
    const revisions = wishes.map(({ assignment }) => assignment.revision);
    const status = describeRollout(
      after?.rollout ?? rollout.value,
      machines,
      revisions,
      moves.message,
      await this.#book.lastDone(fleet.newest),
    );
    if (JSON.stringify(status) !== JSON.stringify(this.#status)) {
      this.#status = status;
      this.#options.onChange();
    }
    this.#scheduleLook(moves.lookAt);
    return wishes.map((wish) => this.#renderingOf(wish, after?.revisions.get(wish.row.id)));
  }

  #decide(machines: readonly RolloutMachine[], { file, newest }: Fleet, state: RolloutState): Moves {
    const [pace, now] = [paceOf(file), this.#options.clock.now()];
    const moves = nextMoves(machines, pace, now);
    const moved = machines.filter((machine) => machine.movedAt !== undefined).map(({ id }) => id);
    const isBetweenSteps = state === 'running' && moved.length > 0 && (moves.move.length > 0 || moves.isDone);
    if (!isBetweenSteps) return moves;
    const step = [newest, ...moved.toSorted()].join(' ');
    return withGate(moves, this.#options.gates.verdict(step, file.spec.rollout.gates), pace, now);
  }

  /** A member of etcd moves only while all the others answer, and nothing else is done to etcd. */
  async #guard(moves: Moves, state: RolloutState, wishes: readonly Wish[]): Promise<Moves> {
    const members = wishes.filter(({ row }) => row.etcd !== undefined);
    const [mover] = members.filter(({ row }) => moves.move.includes(row.id));
    if (state !== 'running' || mover === undefined) return moves;
    const others = members.filter(({ row }) => !moves.move.includes(row.id));
    const risk =
      (await findQuorumRisk(
        this.#options,
        others.map(({ row, present }) => ({ nodeId: row.id, name: row.name, components: present.components ?? [] })),
      )) ?? (await takeTurn(this.#options.lease, mover.row));
    if (risk === undefined) return moves;
    const lookAt = this.#options.clock.now() + GUARD_AGAIN_MILLISECONDS;
    return { ...moves, move: [], message: risk, lookAt };
  }

  /** Gives machines that have none a revision: the newest that may spread, else the newest that everybody took up. */
  async #readWishes(fleet: Fleet, { value: rollout }: Row<RolloutRow>): Promise<readonly Wish[]> {
    const known = new Map((await this.#assignments.list()).rows.map((row) => [row.key, row.value]));
    const isOpen = rollout.state !== 'failed' && rollout.state !== 'aborted';
    const first = isOpen ? fleet.newest : ((await this.#book.lastDone(fleet.newest)) ?? fleet.newest);
    for (const { id } of fleet.rows) {
      if (known.has(id)) continue;
      const assignment = { nodeId: id, revision: first };
      await this.#assignments.put(id, assignment);
      known.set(id, assignment);
    }
    return await Promise.all(
      fleet.rows.map(async (row) => {
        const assignment = known.get(row.id) ?? { nodeId: row.id, revision: first };
        const present = await fleet.render(row, assignment.revision);
        const newest = assignment.revision === fleet.newest ? present : await fleet.render(row, fleet.newest);
        return { row, assignment, present, newest };
      }),
    );
  }

  async #look(wishes: readonly Wish[], revision: number): Promise<readonly RolloutMachine[]> {
    const { clock, documents } = this.#options;
    const health = await this.#options.health();
    const given = new Map((await documents.list()).rows.map((row) => [row.key, row.value.content]));
    return wishes.map(({ row, assignment, present, newest }): RolloutMachine => {
      // What a machine did under an older revision is no part of this roll-out.
      const { movedAt, settledAt } = assignment.revision === revision ? assignment : {};
      const isGiven = present.components !== undefined && given.get(row.id) === contentOf(present.components);
      const seen = health.get(row.id) ?? { isConnected: false, complaint: 'nothing was heard of it' };
      const complaint = isGiven || movedAt === undefined ? seen.complaint : 'waits for its document';
      if (complaint !== undefined) this.#wellSince.delete(row.id);
      else if (!this.#wellSince.has(row.id)) this.#wellSince.set(row.id, clock.now());
      return {
        id: row.id,
        name: row.name,
        roles: row.roles,
        isPending: given.has(row.id) && movedAt === undefined && differs(present, newest),
        movedAt: movedAt === undefined ? undefined : Date.parse(movedAt),
        isSettled: settledAt !== undefined,
        complaint,
        wellSince: this.#wellSince.get(row.id),
        isConnected: seen.isConnected,
        isHeld: row.held === true,
      };
    });
  }

  /** One transaction; when somebody paused or aborted meanwhile nothing is written and the next look decides anew. */
  async #keep(
    rollout: Row<RolloutRow>,
    wishes: readonly Wish[],
    moves: Moves,
  ): Promise<{ readonly rollout: RolloutRow; readonly revisions: ReadonlyMap<string, number> } | undefined> {
    const changed = wishes.flatMap(({ assignment }) => this.#change(assignment, rollout.value.revision, moves));
    const state: RolloutState = moves.failure !== undefined ? 'failed' : moves.isDone ? 'done' : 'running';
    if (changed.length === 0 && state === 'running') return undefined;
    const next = state === 'running' ? rollout.value : this.#book.ended(rollout.value, state, moves.message);
    const transaction: Transaction = {
      compare: [{ key: this.#book.rows.keyOf(rollout.key), revision: rollout.revision }],
      put: [
        this.#book.rows.writing(rollout.key, next),
        ...changed.map((one) => this.#assignments.writing(one.nodeId, one)),
      ],
    };
    if ((await this.#options.store.transact(transaction)) === undefined) {
      this.#options.lookAgain();
      return undefined;
    }
    // What moved is converging at once, and must be well anew.
    for (const id of moves.move) this.#wellSince.delete(id);
    if (state !== 'running')
      this.#options.log.info('a roll-out ended', { revision: next.revision, state, reason: moves.message });
    else if (moves.move.length > 0 || moves.settle.length > 0) this.#options.lookAgain();
    return { rollout: next, revisions: new Map(changed.map((one) => [one.nodeId, one.revision])) };
  }

  #change(assignment: AssignmentRow, revision: number, moves: Moves): readonly AssignmentRow[] {
    const at = new Date(this.#options.clock.now()).toISOString();
    const { nodeId, from, movedAt, settledAt } = assignment;
    if (moves.move.includes(nodeId)) return [{ nodeId, revision, from: assignment.revision, movedAt: at }];
    if (moves.isDone) return assignment.revision === revision && movedAt === undefined ? [] : [{ nodeId, revision }];
    const isMoving =
      assignment.revision === revision && movedAt !== undefined && settledAt === undefined && from !== undefined;
    if (moves.failure !== undefined) return isMoving ? [{ nodeId, revision: from }] : [];
    return moves.settle.includes(nodeId) ? [{ ...assignment, settledAt: at }] : [];
  }

  #renderingOf({ assignment, present, newest, row }: Wish, revision: number | undefined): Rendering {
    if (revision === undefined || revision === assignment.revision) return present;
    if (newest.revision === revision) return newest;
    // Gone back: the next pass, which was asked for, renders it.
    this.#options.lookAgain();
    return { ...present, components: undefined, waitsFor: `goes back to revision ${revision}`, nodeId: row.id };
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

/** Whether a machine's document would be another one. */
export function differs(present: Rendering, newest: Rendering): boolean {
  return newest.components !== undefined && JSON.stringify(present.components) !== JSON.stringify(newest.components);
}

export function createRollouts(options: RolloutsOptions): Rollouts {
  return new Spreader(options);
}
