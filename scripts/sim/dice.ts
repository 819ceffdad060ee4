/** Numbers that follow from a seed, so that a run can be ordered again. */

export interface Dice {
  /** In [0, 1). */
  roll(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  pick<T>(from: readonly T[]): T | undefined;
}

/** mulberry32 (https://gist.github.com/tommyettinger/46a874533244883189143505d203312c), which is in the public domain. */
export function createDice(seed: number): Dice {
  let state = seed >>> 0;
  function roll(): number {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
  return {
    roll,
    between: (low, high) => low + roll() * (high - low),
    pick: (from) => from[Math.floor(roll() * from.length)],
  };
}
