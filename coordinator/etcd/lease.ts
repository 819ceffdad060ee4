/**
 * In the whole cluster one thing at a time is done to etcd: a change of its members, or a restart of one of them. One row
 * in the store says which, so that it holds across restarts of the coordinator.
 */
import * as z from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { createCollection } from '../store/collection.ts';
import type { Store } from '../store/store.ts';

const leaseRow = z.strictObject({
  holder: z.enum(['members', 'rollout', 'operator']),
  /** The machine that is restarted, or that does the operation. */
  nodeId: z.uuid(),
  /** What is being done, for those who wait. */
  what: z.string(),
  /** RFC 3339. */
  since: z.iso.datetime(),
  /** A change of members under way, as signed: asked for again, by the same id, until it is known how it ended. Base64. */
  operation: z
    .strictObject({
      id: z.uuid(),
      action: z.string(),
      payload: z.string(),
      signature: z.string(),
      keyId: z.string(),
    })
    .optional(),
});
export type LeaseRow = z.infer<typeof leaseRow>;

/** To those who have to wait, naming the rule. */
export function describeTurn({ what }: LeaseRow): string {
  return `one thing at a time is done to etcd [etcd-lease]: ${what}`;
}

export interface EtcdLease {
  holder(): Promise<LeaseRow | undefined>;
  /** @returns who has it instead; undefined when it is the caller's now, or was already for the same machine */
  take(wish: Omit<LeaseRow, 'since'>): Promise<LeaseRow | undefined>;
  release(holder: LeaseRow['holder'], nodeId: string): Promise<void>;
}

const KEY = 'lease';

export function createEtcdLease(store: Store, clock: Clock): EtcdLease {
  const rows = createCollection(store, '/etcd/', leaseRow);
  const holder = async (): Promise<LeaseRow | undefined> => (await rows.get(KEY))?.value;
  return {
    holder,
    async take(wish) {
      const put = [rows.writing(KEY, { ...wish, since: new Date(clock.now()).toISOString() })];
      const taken = await store.transact({ compare: [{ key: rows.keyOf(KEY), revision: 0 }], put });
      if (taken !== undefined) return undefined;
      const other = await holder();
      return other?.holder === wish.holder && other.nodeId === wish.nodeId ? undefined : other;
    },
    async release(name, nodeId) {
      const row = await rows.get(KEY);
      if (row?.value.holder !== name || row.value.nodeId !== nodeId) return;
      await store.transact({ compare: [{ key: rows.keyOf(KEY), revision: row.revision }], remove: [rows.keyOf(KEY)] });
    },
  };
}
