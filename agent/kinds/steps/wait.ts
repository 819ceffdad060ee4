/** Waiting for a condition by looking again, with growing pauses. */
import type { Clock } from '../../../shared/clock.ts';
import { VentError } from '../../../shared/errors.ts';

const FIRST_PAUSE = 250;
const LONGEST_PAUSE = 1000;

export interface Wait {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly deadlineSeconds: number;
  /** Completes "waits until ...". */
  readonly sentence: string;
  /** Undefined when the condition holds, else what was seen instead. */
  observe(): Promise<string | undefined>;
}

/** @throws VentError DEADLINE naming the sentence and the last observation; the signal's reason when it aborts */
export async function waitUntil(wait: Wait): Promise<void> {
  const end = wait.clock.now() + wait.deadlineSeconds * 1000;
  let pause = FIRST_PAUSE;
  for (;;) {
    const observation = await wait.observe();
    if (observation === undefined) return;
    if (wait.clock.now() >= end)
      throw new VentError(
        'DEADLINE',
        `cannot wait until ${wait.sentence}: ${observation} after ${wait.deadlineSeconds} s`,
        { hint: 'Look at what it waits for; the agent tries again.', retry: 'backoff' },
      );
    await wait.clock.wait(pause, wait.signal);
    pause = Math.min(LONGEST_PAUSE, pause * 1.5);
  }
}
