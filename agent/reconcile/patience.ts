/**
 * How long a pass goes on waiting. What failed is tried again by the next pass only, so once something failed and nothing
 * but waits is left, waiting to the end of every deadline would keep the machine from mending.
 */
import { VentError } from '../../shared/errors.ts';

export interface Patience {
  /** Ends waits: when patience is at its end, or the pass is aborted. */
  readonly signal: AbortSignal;
  /** True once waits were ended because something failed. */
  isOver(): boolean;
  /** While this runs, its component does nothing but wait. */
  whileWaiting<T>(work: () => Promise<T>): Promise<T>;
  /** A component has nothing left to do. */
  leave(): void;
  /** Something failed. */
  lose(): void;
}

/** @param count of components that begin to work */
export function createPatience(count: number, signal: AbortSignal): Patience {
  const end = new AbortController();
  let working = count;
  let hasFailed = false;

  function judge(): void {
    if (hasFailed && working === 0)
      end.abort(new VentError('CANCELLED', 'cannot wait longer: something else failed and is tried again'));
  }

  return {
    signal: AbortSignal.any([signal, end.signal]),
    isOver: () => end.signal.aborted,
    async whileWaiting(work) {
      working -= 1;
      judge();
      try {
        return await work();
      } finally {
        working += 1;
      }
    },
    leave() {
      working -= 1;
      judge();
    },
    lose() {
      hasFailed = true;
      judge();
    },
  };
}
