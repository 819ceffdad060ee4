/** Rows of one type under one prefix: what they hold is checked when they are read or written, each version of a row once. */
import type * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type { Entry, Json, Store, Transaction } from './store.ts';

export interface Row<T> {
  /** Without the prefix. */
  readonly key: string;
  readonly value: T;
  readonly revision: number;
}

export type RowEvent<T> =
  | { readonly type: 'put'; readonly key: string; readonly value: T; readonly revision: number }
  | { readonly type: 'remove'; readonly key: string; readonly revision: number };

/** Keys given and returned are without the prefix. Values that are read are frozen. All reads throw STORE_FAILED for a row of another shape. */
export interface Collection<T> {
  get(key: string): Promise<Row<T> | undefined>;
  /** Sorted by key. */
  list(): Promise<{ readonly rows: readonly Row<T>[]; readonly revision: number }>;
  /** Writes whatever was there before. */
  put(key: string, value: T): Promise<void>;
  /**
   * Reads, changes, writes if nobody wrote in between, and else again.
   * @param change gives the new value; undefined leaves the row as it is; may be called several times
   * @returns the value that is there afterwards
   * @throws VentError BUSY when others kept writing
   */
  update(key: string, change: (current: T | undefined) => T | undefined): Promise<T | undefined>;
  remove(key: string): Promise<void>;
  /** As the store's: each event after `revision` once, in order. @throws VentError CONFLICT when that history is gone */
  watch(revision: number, signal: AbortSignal): AsyncIterable<RowEvent<T>>;
  /** For transactions over several collections. */
  keyOf(key: string): string;
  writing(key: string, value: T): NonNullable<Transaction['put']>[number];
}

const ATTEMPTS = 50;

/** @param prefix ends with a slash: `/nodes/` */
export function createCollection<T>(store: Store, prefix: string, schema: z.ZodType<T>): Collection<T> {
  const keyOf = (key: string): string => `${prefix}${key}`;

  /** By the store's key, as it was read last: what has not been written since need not be checked again. What was removed goes with the next list. */
  const known = new Map<string, Row<T>>();

  function decode(key: string, value: Json | undefined): T {
    const result = schema.safeParse(value);
    if (result.success) return freeze(result.data);
    throw new VentError('STORE_FAILED', `cannot read ${key}: ${describe(result.error)}`);
  }

  function toRow({ key, value, revision }: Entry): Row<T> {
    const last = known.get(key);
    if (last?.revision === revision) return last;
    const row = { key: key.slice(prefix.length), value: decode(key, value), revision };
    known.set(key, row);
    return row;
  }

  const writing: Collection<T>['writing'] = (key, value) => {
    const result = schema.safeParse(value);
    if (!result.success) throw new VentError('BUG', `cannot write ${keyOf(key)}: ${describe(result.error)}`);
    const json: Json = JSON.parse(JSON.stringify(result.data));
    return { key: keyOf(key), value: json };
  };

  async function get(key: string): Promise<Row<T> | undefined> {
    const entry = await store.get(keyOf(key));
    if (entry === undefined) known.delete(keyOf(key));
    return entry === undefined ? undefined : toRow(entry);
  }

  async function update(key: string, change: (current: T | undefined) => T | undefined): Promise<T | undefined> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      const current = await get(key);
      const next = change(current?.value);
      if (next === undefined) return current?.value;
      const compare = [{ key: keyOf(key), revision: current?.revision ?? 0 }];
      if ((await store.transact({ compare, put: [writing(key, next)] })) !== undefined) return next;
    }
    throw new VentError('BUSY', `cannot change ${keyOf(key)}: others keep changing it`, { retry: 'backoff' });
  }

  async function* watch(revision: number, signal: AbortSignal): AsyncGenerator<RowEvent<T>> {
    for await (const event of store.watch(prefix, revision, signal)) {
      const key = event.key.slice(prefix.length);
      if (event.type === 'remove') yield { type: 'remove', key, revision: event.revision };
      else yield { type: 'put', key, value: decode(event.key, event.value), revision: event.revision };
    }
  }

  return {
    get,
    async list() {
      const { entries, revision } = await store.list(prefix);
      const rows = entries.map(toRow);
      if (known.size > entries.length) {
        known.clear();
        for (const row of rows) known.set(keyOf(row.key), row);
      }
      return { rows, revision };
    },
    async put(key, value) {
      await store.transact({ compare: [], put: [writing(key, value)] });
    },
    update,
    async remove(key) {
      await store.transact({ compare: [], remove: [keyOf(key)] });
    },
    watch,
    keyOf,
    writing,
  };
}

/** Whoever reads a row shares it with others. */
function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value) || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}

/** Names the first offending place, never its value. */
function describe(error: z.ZodError): string {
  const issue = error.issues[0];
  return `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`;
}
