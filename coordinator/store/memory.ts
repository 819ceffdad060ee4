/** The store in memory: what tests and rehearsals run on, with faults to order. Held to the same laws as sqlite.ts. */
import type { VentError } from '../../shared/errors.ts';
import { createFeed, type Feed, type Place } from './feed.ts';
import type { Entry, Store, StoreEvent } from './store.ts';
import { type EncodedTransaction, encodeTransaction } from './transaction.ts';

export interface MemoryStoreOptions {
  /** How many revisions of history are kept at least. */
  readonly keep?: number;
}

export interface MemoryStore extends Store {
  /** The next transaction fails: `lost` before anything is written, `unanswered` after all is. */
  failNext(error: VentError, how: 'lost' | 'unanswered'): void;
}

interface Written {
  readonly text: string;
  readonly revision: number;
}

interface State {
  revision: number;
  compacted: number;
  readonly keep: number;
  readonly entries: Map<string, Written>;
  readonly events: StoreEvent[];
}

/** Values are kept as text, so that nobody shares an object with the store. */
function read(state: State, key: string): Entry | undefined {
  const written = state.entries.get(key);
  return written === undefined ? undefined : { key, value: JSON.parse(written.text), revision: written.revision };
}

function eventsAfter(state: State, place: Place, prefix: string, limit: number): readonly StoreEvent[] {
  const isLater = (event: StoreEvent): boolean =>
    event.revision > place.revision || (event.revision === place.revision && event.key > place.key);
  return state.events.filter((event) => isLater(event) && event.key.startsWith(prefix)).slice(0, limit);
}

function applyTransaction(state: State, transaction: EncodedTransaction): number | undefined {
  const holds = transaction.compare.every(({ key, revision }) => (state.entries.get(key)?.revision ?? 0) === revision);
  if (!holds) return undefined;
  const removed = transaction.remove.filter((key) => state.entries.has(key));
  if (transaction.put.length + removed.length === 0) return state.revision;
  const revision = state.revision + 1;
  const events: StoreEvent[] = [
    ...transaction.put.map(({ key, text }): StoreEvent => ({ type: 'put', key, value: JSON.parse(text), revision })),
    ...removed.map((key): StoreEvent => ({ type: 'remove', key, value: undefined, revision })),
  ];
  for (const { key, text } of transaction.put) state.entries.set(key, { text, revision });
  for (const key of removed) state.entries.delete(key);
  state.events.push(...events.toSorted((left, right) => (left.key < right.key ? -1 : 1)));
  state.revision = revision;
  compact(state);
  return revision;
}

function compact(state: State): void {
  if (state.revision - state.compacted < 2 * state.keep) return;
  state.compacted = state.revision - state.keep;
  const first = state.events.findIndex((event) => event.revision > state.compacted);
  state.events.splice(0, first < 0 ? state.events.length : first);
}

export function createMemoryStore(options: MemoryStoreOptions = {}): MemoryStore {
  const state: State = { revision: 0, compacted: 0, keep: options.keep ?? 10_000, entries: new Map(), events: [] };
  const feed: Feed = createFeed({
    revision: () => state.revision,
    compacted: () => state.compacted,
    after: (place, prefix, limit) => eventsAfter(state, place, prefix, limit),
  });
  let failure: { readonly error: VentError; readonly how: 'lost' | 'unanswered' } | undefined;

  return {
    failNext(error, how) {
      failure = { error, how };
    },
    get: async (key) => read(state, key),
    async list(prefix) {
      const keys = [...state.entries.keys()].filter((key) => key.startsWith(prefix)).toSorted();
      return { entries: keys.flatMap((key) => read(state, key) ?? []), revision: state.revision };
    },
    async transact(transaction) {
      const encoded = encodeTransaction(transaction);
      const ordered = failure;
      failure = undefined;
      if (ordered?.how === 'lost') throw ordered.error;
      const revision = applyTransaction(state, encoded);
      feed.notify();
      if (ordered !== undefined) throw ordered.error;
      return revision;
    },
    watch: feed.watch,
    close: async () => feed.close(),
  };
}
