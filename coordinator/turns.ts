/** Work that must not run twice at once waits for its turn. */
export interface Turns {
  /** Resolves when everybody who asked before has ended. @returns ends the turn; to be called whatever happens */
  take(): Promise<() => void>;
  /** The same without waiting; undefined while somebody else has the turn. */
  tryTake(): (() => void) | undefined;
}

export function createTurns(): Turns {
  let count = 0;
  let last: Promise<void> = Promise.resolve();

  function queue(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>();
    last = promise;
    count += 1;
    return () => {
      count -= 1;
      resolve();
    };
  }

  return {
    async take() {
      const before = last;
      const end = queue();
      await before;
      return end;
    },
    tryTake: () => (count === 0 ? queue() : undefined),
  };
}
