/** A clock that runs faster than the one on the wall, so that a soak of a minute takes a second. */
import { type Clock, systemClock } from '../../shared/clock.ts';

/** TLS compares certificates with the clock on the wall: what is issued in a simulation must be valid there, so it lies in the past. */
const PAST_MILLISECONDS = 2 * 86_400_000;

/** @param speed seconds of the simulation in one second */
export function createFastClock(speed: number, start = Date.now() - PAST_MILLISECONDS): Clock {
  const began = performance.now();
  return {
    now: () => start + Math.round((performance.now() - began) * speed),
    wait: (milliseconds, signal) => systemClock.wait(milliseconds / speed, signal),
  };
}

/** The same time, some way off: a machine whose clock is wrong. @param offset milliseconds, asked each time */
export function createSkewedClock(clock: Clock, offset: () => number): Clock {
  return { now: () => clock.now() + offset(), wait: (milliseconds, signal) => clock.wait(milliseconds, signal) };
}
