/** Remembers what was made of what, so that a pure function is not asked again while it would be asked the same. */
export interface Recall<T> {
  /** @param from all that it is made from; values that are no text or number are the same only when they are one object */
  made(key: string, from: readonly unknown[], make: () => T): T;
  /** What was not asked for since the last turn is forgotten. */
  turn(): void;
}

interface Made<T> {
  readonly from: readonly unknown[];
  readonly value: T;
}

export function createRecall<T>(): Recall<T> {
  let present = new Map<string, Made<T>>();
  let before: ReadonlyMap<string, Made<T>> = new Map();
  return {
    made(key, from, make) {
      const last = present.get(key) ?? before.get(key);
      const isSame = last?.from.length === from.length && last.from.every((one, index) => one === from[index]);
      const made = last !== undefined && isSame ? last : { from, value: make() };
      present.set(key, made);
      return made.value;
    },
    turn() {
      before = present;
      present = new Map();
    },
  };
}
