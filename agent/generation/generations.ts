/**
 * Takes the machine from one generation to the next, and back.
 *
 * INVARIANTS
 * - The journal's COMMIT is the truth: what it names stays, what has none is taken back.
 * - A generation that touches the link is committed only after the coordinator answered over a connection that was opened
 *   after the switch; any other on the machine's own health.
 * - A generation that was taken back is not tried again, and the machine is kept as the last committed one says; only a
 *   first document is, since there is none to keep to.
 * - Repairing a committed generation needs no journal.
 */
import type { Clock } from '../../shared/clock.ts';
import { decodeDocument, type NodeDocument, type SignedDocument } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { Settled } from '../drift/settled.ts';
import type { AgentEvent, Emit } from '../events.ts';
import type { Host } from '../host/host.ts';
import type { Kinds } from '../kind.ts';
import type { Ledger } from '../ledger.ts';
import { type PlannedResource, planDocument } from '../reconcile/plan.ts';
import { type PassResult, reconcile } from '../reconcile/reconcile.ts';
import type { DocumentStore } from '../store.ts';
import { type AcceptedDocument, compareFloors, type Floor } from '../verify.ts';
import { Change, type ChangeParts, type Wish } from './change.ts';
import { createDoneLog } from './done.ts';
import { createJournal } from './journal.ts';
import { linkPartOf } from './link-part.ts';
import { findNoReturn } from './no-return.ts';
import { isHeldBack, type Quarantine } from './quarantine.ts';
import { recoverChange } from './recovery.ts';
import { goBack } from './rollback-units.ts';
import { stageDocument } from './stage.ts';
import { createTrouble, type Trouble } from './trouble.ts';

export interface GenerationsOptions {
  readonly host: Host;
  readonly store: DocumentStore;
  readonly ledger: Ledger;
  readonly settled: Settled;
  readonly kinds: Kinds;
  /** Resolves once the coordinator answered over a connection that was opened for this. @throws VentError */
  confirm(accepted: AcceptedDocument, signal: AbortSignal): Promise<void>;
  readonly emit: Emit;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Generations {
  /** Ends what was left half done: forgets it, or finishes going back. Before anything else. */
  recover(): Promise<void>;
  /** The quarantined generation, when this is it, or it is older still. */
  quarantineOf(floor: Floor): Quarantine | undefined;
  committed(): Promise<SignedDocument | undefined>;
  pass(accepted: AcceptedDocument, signal: AbortSignal): Promise<PassResult>;
}

/** Where the document says nothing. */
const CONFIRM_SECONDS = 180;
const HEALTH_SECONDS = 600;
const CONFIRM_PAUSE_MILLISECONDS = 1000;

type Part = Wish['part'];

class GenerationKeeper implements Generations {
  readonly #options: GenerationsOptions;
  readonly #parts: ChangeParts;
  #quarantine: Quarantine | undefined;
  #committed: Floor | undefined;
  /** True when the committed generation was wholly as wanted when it was looked at last. */
  #wasWell = true;
  #isGoingBack = false;

  constructor(options: GenerationsOptions) {
    this.#options = options;
    const { files } = options.host;
    this.#parts = { ...options, journal: createJournal(files), done: createDoneLog(files) };
  }

  async recover(): Promise<void> {
    const { store, emit } = this.#options;
    const outcome = await recoverChange({ ...this.#parts, store });
    this.#committed = outcome.committed;
    // A machine that has nothing to keep to tries its first document again.
    this.#quarantine = outcome.committed === undefined ? undefined : outcome.quarantine;
    this.#isGoingBack = outcome.isGoingBack;
    if (outcome.committed !== undefined) {
      const { generation } = outcome.committed;
      emit({ type: 'generation-committed', generation, done: await this.#parts.done.read(generation) });
    }
    if (outcome.isGoingBack) await goBack(this.#options.host);
  }

  quarantineOf(floor: Floor): Quarantine | undefined {
    return isHeldBack(floor, this.#quarantine) ? this.#quarantine : undefined;
  }

  committed(): Promise<SignedDocument | undefined> {
    return this.#options.store.load('committed');
  }

  async pass(accepted: AcceptedDocument, signal: AbortSignal): Promise<PassResult> {
    if (this.#isGoingBack) return 'incomplete';
    const { document } = accepted;
    if (this.#committed !== undefined && compareFloors(document, this.#committed) <= 0)
      return await this.#repair(document, signal);
    if (this.#committed !== undefined) return await this.#change(accepted, document, 'whole', signal);
    // The first document: its link is made safe, then the rest goes on for as long as it takes.
    const planned = await this.#plan(document);
    const touching = planned.filter(({ touchesLink, isRemoval }) => touchesLink && !isRemoval).map(({ id }) => id);
    if (touching.length > 0) {
      const result = await this.#change(accepted, linkPartOf(document, touching), 'link', signal);
      if (result !== 'converged') return result;
    }
    const result = await this.#repair(document, signal);
    if (result === 'converged') await this.#settle(accepted);
    return result;
  }

  async #repair(document: NodeDocument, signal: AbortSignal): Promise<PassResult> {
    const result = await reconcile({ ...this.#options, document, signal });
    if (result !== 'cancelled') this.#wasWell = result === 'converged';
    return result;
  }

  #plan(document: NodeDocument): Promise<readonly PlannedResource[]> {
    return planDocument({ ...this.#options, document });
  }

  async #change(
    accepted: AcceptedDocument,
    document: NodeDocument,
    part: Part,
    signal: AbortSignal,
  ): Promise<PassResult> {
    const planned = (await this.#plan(document)).filter(
      ({ sentences, error, isRemoval }) =>
        sentences.length > 0 || error !== undefined || (isRemoval && part === 'whole'),
    );
    const { epoch, generation } = accepted.document;
    await this.#options.store.keep('staged', accepted.signed);
    const change = await Change.open(this.#parts, { epoch, generation, digest: accepted.digest, part });
    if (planned.length > 0 || change.isArmed) {
      const result = await this.#apply(change, accepted, document, part, planned, signal);
      if (result !== 'converged') return result;
    }
    await change.commit(change.touchesLink ? 'coordinator' : 'health');
    if (part === 'link') return 'converged';
    await this.#settle(accepted);
    const wasLookedAt = planned.length > 0 && this.#wasWell;
    if (wasLookedAt && !planned.some(({ isRemoval }) => isRemoval)) return 'converged';
    // What the way back needed goes now.
    return await this.#repair(accepted.document, signal);
  }

  /** The machine stays as this generation says from now on. */
  async #settle({ signed, document: { epoch, generation } }: AcceptedDocument): Promise<void> {
    await this.#options.store.keep('committed', signed);
    this.#committed = { epoch, generation };
    this.#options.emit({ type: 'generation-committed', generation, done: await this.#parts.done.read(generation) });
  }

  /** @returns `converged` once it may be committed */
  async #apply(
    change: Change,
    accepted: AcceptedDocument,
    document: NodeDocument,
    part: Part,
    planned: readonly PlannedResource[],
    signal: AbortSignal,
  ): Promise<PassResult> {
    const { emit, clock } = this.#options;
    if (change.deadline === undefined) {
      await stageDocument({ ...this.#options, document, open: planned.map(({ id }) => id), signal });
      const touchesLink = change.touchesLink || planned.some((one) => one.touchesLink);
      const { confirmSeconds = CONFIRM_SECONDS, healthSeconds = HEALTH_SECONDS } = accepted.document;
      await change.switch(touchesLink, touchesLink ? confirmSeconds : healthSeconds);
    }
    const ending = new AbortController();
    const trouble = createTrouble(planned.map(({ id }) => id));
    const tell: Emit = (event) => {
      trouble.observe(event);
      if (touchesLinkNow(event)) change.noteLink();
      emit(event);
    };
    const milliseconds = Math.max(0, (change.deadline ?? 0) - clock.now());
    const timer = new AbortController();
    void clock.wait(milliseconds, timer.signal).then(
      () => ending.abort(new VentError('DEADLINE', 'cannot finish the change: its time is over')),
      () => undefined,
    );
    try {
      const passSignal = AbortSignal.any([signal, ending.signal]);
      const result = await this.#reach(change, accepted, { document, part, tell, trouble }, passSignal);
      if (signal.aborted) return 'cancelled';
      if (!ending.signal.aborted) return result;
      const reason = await this.#explain(trouble);
      return (await this.#isBeyondReturn(change, document, trouble, reason))
        ? 'converged'
        : await this.#takeBack(change, reason);
    } finally {
      timer.abort();
    }
  }

  async #reach(
    change: Change,
    accepted: AcceptedDocument,
    run: {
      readonly document: NodeDocument;
      readonly part: Part;
      readonly tell: Emit;
      readonly trouble: Trouble;
    },
    signal: AbortSignal,
  ): Promise<PassResult> {
    const { clock, emit } = this.#options;
    const { document, part, tell, trouble } = run;
    const { note } = this.#parts.done;
    const options = { ...this.#options, document, keeping: change.host, note, emit: tell, signal };
    for (;;) {
      const result = await reconcile({ ...options, isOpen: true, ...(part === 'link' ? { isPart: true } : {}) });
      const isWhole = result === 'converged' && trouble.areUnitsHealthy();
      // A machine that was not well before need not become well by this; what the change is about must stand.
      if (isWhole || (!this.#wasWell && trouble.isChangeDone())) {
        this.#wasWell = isWhole;
        break;
      }
      if (signal.aborted) return 'cancelled';
      await clock.wait(CONFIRM_PAUSE_MILLISECONDS, signal).catch(() => undefined);
      if (signal.aborted) return 'cancelled';
    }
    await change.noteHealth();
    if (!change.touchesLink) return 'converged';
    emit({ type: 'confirmation-awaited', generation: change.generation });
    return await this.#awaitConfirmation(accepted, trouble, signal);
  }

  async #awaitConfirmation(accepted: AcceptedDocument, trouble: Trouble, signal: AbortSignal): Promise<PassResult> {
    const { confirm, clock } = this.#options;
    for (;;) {
      try {
        await confirm(accepted, signal);
        return 'converged';
      } catch (thrown) {
        if (signal.aborted) return 'cancelled';
        trouble.note(`the coordinator did not confirm it: ${VentError.from(thrown).message}`);
        await clock.wait(CONFIRM_PAUSE_MILLISECONDS, signal).catch(() => undefined);
        if (signal.aborted) return 'cancelled';
      }
    }
  }

  /** What a unit said last tells more than that it is not active. */
  async #explain(trouble: Trouble): Promise<string> {
    const unit = trouble.sickUnit();
    const words =
      unit === undefined ? undefined : await this.#options.host.units.lastWords(unit).catch(() => undefined);
    return words === undefined ? trouble.reason() : `${trouble.reason()}: ${words}`;
  }

  /** What cannot be taken back is kept, though it is not well; who is cut off goes back all the same. */
  async #isBeyondReturn(change: Change, document: NodeDocument, trouble: Trouble, reason: string): Promise<boolean> {
    const committed = await this.committed();
    if (committed === undefined || change.touchesLink) return false;
    const why = findNoReturn(decodeDocument(committed.payload), document, trouble.hasConverged);
    if (why === undefined) return false;
    this.#options.log.warn('a generation stays although it is not well', {
      ...{ generation: change.generation, cause: reason, why },
    });
    this.#wasWell = false;
    return true;
  }

  async #takeBack(change: Change, reason: string): Promise<PassResult> {
    const { log, host } = this.#options;
    log.warn('a generation is taken back', { generation: change.generation, cause: reason });
    this.#isGoingBack = true;
    await change.giveUp(reason);
    await goBack(host);
    return 'incomplete';
  }
}

function touchesLinkNow(event: AgentEvent): boolean {
  return (event.type === 'step-started' || event.type === 'removal-started') && event.touchesLink === true;
}

export function createGenerations(options: GenerationsOptions): Generations {
  return new GenerationKeeper(options);
}
