/**
 * When the machine is reconciled: at once for a new document, after a growing pause when something failed, and on a
 * jittered timer to find drift.
 *
 * INVARIANTS
 * - At most one pass runs at a time.
 * - A newer document ends the waits of the pass under way; the same document, sent again, does not.
 * - A failed pass is followed by another one, for ever, at most a minute later.
 * - After `stop` resolved nothing of the loop runs.
 */
import { type BackoffLimits, createBackoff } from '../shared/backoff.ts';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import type { Emit } from './events.ts';
import { listIds } from './reconcile/graph.ts';
import type { PassResult } from './reconcile/reconcile.ts';
import { type AcceptedDocument, compareFloors } from './verify.ts';

export interface LoopOptions {
  /** One pass over the machine. */
  readonly reconcile: (accepted: AcceptedDocument, signal: AbortSignal) => Promise<PassResult>;
  readonly emit: Emit;
  readonly clock: Clock;
  /** Values in [0, 1). */
  readonly random: () => number;
  /** Mean pause between passes over a converged machine; 60 unless told. */
  readonly driftSeconds?: number;
}

export interface Loop {
  /** Takes a verified document; one that is not newer than the present one changes nothing. */
  offer(accepted: AcceptedDocument): void;
  /** Ends the pause after a failed pass: something it lacked may be there now. */
  nudge(): void;
  /** Runs until `stop`. */
  run(): Promise<void>;
  stop(): Promise<void>;
}

const RETRY: BackoffLimits = { base: 1000, factor: 1.6, cap: 60_000 };

export function createLoop(options: LoopOptions): Loop {
  const { clock, random, emit } = options;
  const backoff = createBackoff(RETRY, random);
  const stopping = new AbortController();
  let current: AcceptedDocument | undefined;
  let pass = new AbortController();
  let pause = new AbortController();
  let running: Promise<void> | undefined;

  /** @returns milliseconds until the next pass */
  async function runPass(accepted: AcceptedDocument): Promise<number> {
    pass = new AbortController();
    const result = await reconcileSafely(options, accepted, AbortSignal.any([pass.signal, stopping.signal]));
    if (result === 'cancelled') return 0;
    if (result === 'incomplete') return backoff.next();
    backoff.reset();
    return (options.driftSeconds ?? 60) * 1000 * (0.9 + 0.2 * random());
  }

  async function turn(): Promise<void> {
    while (!stopping.signal.aborted) {
      pause = new AbortController();
      const milliseconds = current === undefined ? undefined : await runPass(current);
      // A document that came during the pass has ended this pause already.
      await rest(clock, milliseconds, AbortSignal.any([pause.signal, stopping.signal]));
    }
  }

  return {
    offer(accepted) {
      const { document, digest } = accepted;
      if (current !== undefined && compareFloors(document, current.document) <= 0) return;
      current = accepted;
      emit({ type: 'document-accepted', generation: document.generation, digest, resources: listIds(document) });
      backoff.reset();
      pass.abort(new VentError('CANCELLED', 'cannot finish the pass: a newer document came'));
      pause.abort();
    },
    nudge: () => pause.abort(),
    run() {
      running ??= turn();
      return running;
    },
    async stop() {
      stopping.abort(new VentError('CANCELLED', 'cannot finish the pass: the agent stops'));
      await running;
    },
  };
}

async function reconcileSafely(
  options: LoopOptions,
  accepted: AcceptedDocument,
  signal: AbortSignal,
): Promise<PassResult> {
  try {
    return await options.reconcile(accepted, signal);
  } catch (thrown) {
    if (signal.aborted) return 'cancelled';
    options.emit({ type: 'pass-failed', generation: accepted.document.generation, error: VentError.from(thrown) });
    return 'incomplete';
  }
}

/** Waits, without end when `milliseconds` is undefined, until the signal aborts. */
async function rest(clock: Clock, milliseconds: number | undefined, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  if (milliseconds !== undefined) return await clock.wait(milliseconds, signal).catch(() => undefined);
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await promise;
}
