/** Growing pauses with full jitter (https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/), in milliseconds. */
export interface Backoff {
  /** The next pause; each call may pause longer than the one before. */
  next(): number;
  reset(): void;
}

export interface BackoffLimits {
  readonly base: number;
  readonly factor: number;
  readonly cap: number;
}

/** gRPC's own figures, but for the cap: base 1 s, factor 1.6. */
export const RECONNECT: BackoffLimits = { base: 1000, factor: 1.6, cap: 30_000 };

/** @param random values in [0, 1); passed in so that tests repeat */
export function createBackoff(limits: BackoffLimits, random: () => number): Backoff {
  let ceiling = limits.base;
  return {
    next() {
      const pause = limits.base / 4 + random() * (ceiling - limits.base / 4);
      ceiling = Math.min(limits.cap, ceiling * limits.factor);
      return pause;
    },
    reset() {
      ceiling = limits.base;
    },
  };
}
