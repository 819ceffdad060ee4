/**
 * A clock that runs faster than the one on the wall, so that a soak of a minute takes a few seconds, and that waits for a
 * busy computer: the less idle this process is, the slower its time goes, down to the wall's own. So a deadline does not
 * pass for want of a processor.
 */
import { performance } from 'node:perf_hooks';
import { type Clock, systemClock } from '../../shared/clock.ts';

/** TLS compares certificates with the clock on the wall: what is issued in a simulation must be valid there, so it lies in the past. */
const PAST_MILLISECONDS = 2 * 86_400_000;
/** How often time moves on, milliseconds of the wall. */
const TICK = 5;
/** The most that it moves at once: a process that was held up for longer lost the rest. */
const LEAP = 20;
/** How often it is looked how busy the process is, milliseconds of the wall. */
const LOOK = 50;
/** A share of its time that a process may be busy without being late. */
const CALM = 0.7;

export interface FastClock extends Clock {
  /** How many seconds of the simulation there were in one second, so far. */
  pace(): number;
  stop(): void;
}

export interface FastClockOptions {
  /** Seconds of the simulation in one second, when the computer keeps up. */
  readonly speed: number;
  /** Milliseconds since the epoch. */
  readonly start?: number;
  readonly wall?: Clock;
  /** The share of the time since it was asked last that the process was busy, from 0 to 1. */
  readonly readLoad?: () => number;
}

interface Waiting {
  readonly until: number;
  resolve(): void;
}

/** Of this process, as Node tells it. */
function createLoadMeter(): () => number {
  let before = performance.eventLoopUtilization();
  return () => {
    const present = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(present, before);
    before = present;
    return utilization;
  };
}

/** How time passes: what it is, and what moves it on. */
function createFlow({ speed, wall, readLoad }: Required<Omit<FastClockOptions, 'start'>>) {
  const began = wall.now();
  let [passed, last, looked, rate] = [0, began, began, speed];
  const now = (): number => passed + Math.min(Math.max(0, wall.now() - last), LEAP) * rate;
  return {
    now,
    move(): void {
      passed = now();
      last = wall.now();
      if (last < looked + LOOK) return;
      looked = last;
      const idle = (1 - readLoad()) / (1 - CALM);
      rate = Math.max(1, Math.min(speed, speed * idle));
    },
    pace: () => passed / Math.max(1, wall.now() - began),
  };
}

export function createFastClock(options: FastClockOptions): FastClock {
  const { start = Date.now() - PAST_MILLISECONDS, wall = systemClock } = options;
  const flow = createFlow({ readLoad: createLoadMeter(), ...options, wall });
  const ending = new AbortController();
  const waiting = new Set<Waiting>();
  const now = (): number => start + Math.floor(flow.now());

  async function run(): Promise<void> {
    while (!ending.signal.aborted) {
      await wall.wait(TICK, ending.signal).catch(() => undefined);
      flow.move();
      const present = now();
      for (const one of waiting) if (one.until <= present) one.resolve();
    }
  }
  void run();
  return {
    now,
    wait(milliseconds, signal) {
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (signal?.aborted === true) {
        reject(signal.reason);
        return promise;
      }
      const end = (): void => {
        waiting.delete(one);
        signal?.removeEventListener('abort', onAbort);
      };
      const onAbort = (): void => {
        end();
        reject(signal?.reason);
      };
      const one: Waiting = {
        until: now() + milliseconds,
        resolve() {
          end();
          resolve();
        },
      };
      waiting.add(one);
      signal?.addEventListener('abort', onAbort, { once: true });
      return promise;
    },
    pace: flow.pace,
    stop: () => ending.abort(),
  };
}

/** The same time, some way off: a machine whose clock is wrong. @param offset milliseconds, asked each time */
export function createSkewedClock(clock: Clock, offset: () => number): Clock {
  return { now: () => clock.now() + offset(), wait: (milliseconds, signal) => clock.wait(milliseconds, signal) };
}
