/**
 * Watching, the same for every store: a watcher holds a place in the history and reads on from it, so a slow one costs
 * no memory and nobody misses or sees twice an event.
 */
import { VentError } from '../../shared/errors.ts';
import type { StoreEvent } from './store.ts';

/** A place in the history: everything up to and including this key of this revision was seen. */
export interface Place {
  readonly revision: number;
  readonly key: string;
}

export interface History {
  revision(): number;
  /** Events of this revision and older may be gone. */
  compacted(): number;
  /** At most `limit` events after `place`, by revision and key. */
  after(place: Place, prefix: string, limit: number): readonly StoreEvent[];
}

export interface Feed {
  watch(prefix: string, revision: number, signal: AbortSignal): AsyncIterable<StoreEvent>;
  /** New events can be read. */
  notify(): void;
  /** Ends every watch. */
  close(): void;
}

const CHUNK = 256;
/** Sorts after every key. */
const LAST_KEY = '\u007f';

export function createFeed(history: History): Feed {
  const ended = new AbortController();
  const sleepers = new Set<() => void>();

  async function* watch(prefix: string, revision: number, signal: AbortSignal): AsyncGenerator<StoreEvent> {
    const stop = AbortSignal.any([signal, ended.signal]);
    let place: Place = { revision, key: LAST_KEY };
    while (!stop.aborted) {
      if (place.revision < history.compacted()) throw historyIsGone(prefix, place.revision);
      const newest = history.revision();
      const events = history.after(place, prefix, CHUNK);
      for (const event of events) {
        if (stop.aborted) return;
        yield event;
        place = event;
      }
      if (events.length === CHUNK) continue;
      // Whoever watches a quiet prefix moves on with the others and is not overtaken by compaction.
      if (newest >= place.revision) place = { revision: newest, key: LAST_KEY };
      if (history.revision() === newest) await sleep(stop);
    }
  }

  async function sleep(stop: AbortSignal): Promise<void> {
    if (stop.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const wake = (): void => resolve();
    sleepers.add(wake);
    stop.addEventListener('abort', wake, { once: true });
    await promise;
    sleepers.delete(wake);
    stop.removeEventListener('abort', wake);
  }

  return {
    watch,
    notify() {
      for (const wake of sleepers) wake();
    },
    close: () => ended.abort(),
  };
}

function historyIsGone(prefix: string, revision: number): VentError {
  return new VentError('CONFLICT', `cannot watch ${prefix} from revision ${revision}: that history is gone`, {
    hint: 'List again and watch from the revision of the list.',
    retry: 'now',
  });
}
