/** "Something changed", coalesced: however often it is said while nobody looks, the next look comes once. */
export interface Changes {
  notify(): void;
  /** Yields once at the start and once after any number of notifications since the last turn, until the signal aborts. */
  turns(signal: AbortSignal): AsyncIterable<void>;
}

export function createChanges(): Changes {
  let count = 0;
  const waiting = new Set<() => void>();
  const wakeAll = (): void => {
    for (const wake of [...waiting]) wake();
  };

  async function* turns(signal: AbortSignal): AsyncGenerator<void> {
    let seen = -1;
    signal.addEventListener('abort', wakeAll, { once: true });
    while (!signal.aborted) {
      if (seen !== count) {
        seen = count;
        yield;
        continue;
      }
      const { promise, resolve } = Promise.withResolvers<void>();
      waiting.add(resolve);
      await promise;
      waiting.delete(resolve);
    }
    signal.removeEventListener('abort', wakeAll);
  }

  return {
    notify() {
      count += 1;
      wakeAll();
    },
    turns,
  };
}
