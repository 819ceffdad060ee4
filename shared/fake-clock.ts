/** Clocks for tests: one that a test moves by hand, one that jumps to the end of every wait. */
import { setImmediate } from 'node:timers/promises';
import type { Clock } from './clock.ts';

export interface FakeClock extends Clock {
  /** Moves time on, ending every wait that falls due on the way, in order. */
  advance(milliseconds: number): Promise<void>;
  /** How many waits are under way. */
  waiting(): number;
}

interface Timer {
  readonly due: number;
  end(): void;
}

/** Lets what was woken run until it waits again; a chain longer than this needs another `advance`. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 8; turn += 1) await setImmediate();
}

/** @param start milliseconds since the epoch */
export function createFakeClock(start = Date.UTC(2030, 0, 1)): FakeClock {
  let now = start;
  const timers = new Set<Timer>();
  return {
    now: () => now,
    waiting: () => timers.size,
    wait(milliseconds, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal?.aborted === true) {
        reject(signal.reason);
        return promise;
      }
      const abort = (): void => {
        timers.delete(timer);
        reject(signal?.reason);
      };
      const timer: Timer = {
        due: now + milliseconds,
        end() {
          signal?.removeEventListener('abort', abort);
          resolve();
        },
      };
      timers.add(timer);
      signal?.addEventListener('abort', abort, { once: true });
      return promise;
    },
    async advance(milliseconds) {
      const until = now + milliseconds;
      await settle();
      for (;;) {
        const next = [...timers].toSorted((left, right) => left.due - right.due)[0];
        if (next === undefined || next.due > until) break;
        now = Math.max(now, next.due);
        timers.delete(next);
        next.end();
        await settle();
      }
      now = until;
    },
  };
}

/** A clock whose waits end at once, having moved time on by their length. */
export function createEagerClock(start = Date.UTC(2030, 0, 1)): Clock {
  let now = start;
  return {
    now: () => now,
    async wait(milliseconds, signal) {
      signal?.throwIfAborted();
      const due = now + milliseconds;
      await setImmediate();
      signal?.throwIfAborted();
      now = Math.max(now, due);
    },
  };
}
