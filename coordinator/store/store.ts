/**
 * Everything the coordinator keeps goes through this seam: a key-value store with one growing revision, as etcd has it,
 * so that several replicas on a real etcd need no other change. Implementations: sqlite.ts, memory.ts; both are held to
 * test/laws/store.ts. Keys are paths (`/nodes/<uuid>`); values are JSON.
 */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface Entry {
  readonly key: string;
  readonly value: Json;
  /** Revision of the transaction that wrote it last; 0 stands for "absent" in a comparison. */
  readonly revision: number;
}

export interface Transaction {
  /** All must hold, or nothing is written. */
  readonly compare: readonly { readonly key: string; readonly revision: number }[];
  readonly put?: readonly { readonly key: string; readonly value: Json }[];
  readonly remove?: readonly string[];
}

export interface StoreEvent {
  readonly type: 'put' | 'remove';
  readonly key: string;
  /** The new value; undefined for a removal. */
  readonly value: Json | undefined;
  readonly revision: number;
}

export interface Store {
  get(key: string): Promise<Entry | undefined>;
  /** Entries whose key starts with `prefix`, sorted by key, and the revision they were read at. */
  list(prefix: string): Promise<{ readonly entries: readonly Entry[]; readonly revision: number }>;
  /** Durable when it resolves. @returns the new revision, or undefined when a comparison did not hold. @throws STORE_FAILED, DISK_FULL */
  transact(transaction: Transaction): Promise<number | undefined>;
  /** Every event after `revision` whose key starts with `prefix`, in order, each once. @throws CONFLICT when that history is gone: list again */
  watch(prefix: string, revision: number, signal: AbortSignal): AsyncIterable<StoreEvent>;
  close(): Promise<void>;
}
