/** How often somebody may ask: buckets that refill, and a lock after too many wrong proofs. Memory is bounded. */
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';

export interface EnrolmentLimits {
  /** Calls a second from one address, and how many may come at once. */
  readonly addressRate: number;
  readonly addressBurst: number;
  /** Calls a second from everywhere. */
  readonly globalRate: number;
  /** Wrong proofs from one address within the window, after which it is locked out until the window has passed. */
  readonly failures: number;
  readonly failureWindowMilliseconds: number;
  /** Addresses and challenges remembered at most; the oldest are forgotten first. */
  readonly remembered: number;
}

export const ENROLMENT_LIMITS: EnrolmentLimits = {
  addressRate: 1,
  addressBurst: 5,
  globalRate: 50,
  failures: 10,
  failureWindowMilliseconds: 600_000,
  remembered: 10_000,
};

export interface Rates {
  /** Counts one call. @throws VentError BUSY */
  admit(address: string): void;
  /** Counts one wrong proof. */
  recordFailure(address: string): void;
}

interface Bucket {
  readonly tokens: number;
  readonly at: number;
}

/** A map that forgets what was written longest ago. */
export function createBoundedMap<V>(limit: number): Map<string, V> {
  const map = new Map<string, V>();
  const { set } = map;
  map.set = (key, value) => {
    map.delete(key);
    set.call(map, key, value);
    const oldest = map.keys().next().value;
    if (map.size > limit && oldest !== undefined) map.delete(oldest);
    return map;
  };
  return map;
}

/** @returns the bucket after one call, or undefined when it is empty */
function draw(bucket: Bucket | undefined, rate: number, burst: number, now: number): Bucket | undefined {
  const filled = bucket === undefined ? burst : bucket.tokens + (Math.max(0, now - bucket.at) / 1000) * rate;
  const tokens = Math.min(burst, filled) - 1;
  return tokens < 0 ? undefined : { tokens, at: now };
}

export function createRates(limits: EnrolmentLimits, clock: Clock): Rates {
  const buckets = createBoundedMap<Bucket>(limits.remembered);
  const failures = createBoundedMap<readonly number[]>(limits.remembered);
  let all: Bucket | undefined;

  const recentFailures = (address: string): readonly number[] =>
    (failures.get(address) ?? []).filter((at) => at > clock.now() - limits.failureWindowMilliseconds);

  return {
    admit(address) {
      if (recentFailures(address).length >= limits.failures)
        throw busy(`${limits.failures} wrong proofs came from ${address}`, 'Wait ten minutes.');
      const own = draw(buckets.get(address), limits.addressRate, limits.addressBurst, clock.now());
      if (own === undefined) throw busy(`too many calls from ${address}`, 'Wait a few seconds.');
      buckets.set(address, own);
      const shared = draw(all, limits.globalRate, limits.globalRate, clock.now());
      if (shared === undefined) throw busy('too many machines enrol at once', 'Wait a few seconds.');
      all = shared;
    },
    recordFailure: (address) =>
      void failures.set(address, [...recentFailures(address), clock.now()].slice(-limits.failures)),
  };
}

function busy(cause: string, hint: string): VentError {
  return new VentError('BUSY', `cannot enrol: ${cause}`, { hint, retry: 'backoff' });
}
