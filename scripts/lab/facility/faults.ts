/**
 * Faults to order. Each strikes `remaining` times and is then used up:
 *   queued        the next device never leaves `queued`
 *   early-active  the next device is called active before its machine has even started
 *   capacity      the next create call is refused with 422
 *   lost-answer   the next create call does its work, then the connection is cut instead of an answer
 *   error         the next call answers 500
 *   rate-limit    the next call answers 429 with the X-RateLimit headers
 * `error` and `rate-limit` may name a part of the call they are for, which reads `GET /devices/ID`.
 */
import { randomUUID } from 'node:crypto';
import type { FaultKind, FaultRow } from './records.ts';
import type { FacilityStore } from './store.ts';

export interface FaultOrder {
  readonly kind: FaultKind;
  /** Default 1. */
  readonly count?: number;
  readonly path?: string;
}

export interface Faults {
  order(fault: FaultOrder): FaultRow;
  /** True when such a fault was waiting; it is then one nearer to being used up. */
  strikes(kind: FaultKind, call?: string): boolean;
  waiting(): readonly FaultRow[];
  clear(): void;
}

export function createFaults(store: FacilityStore): Faults {
  return {
    order(fault) {
      const row = { id: randomUUID(), kind: fault.kind, remaining: fault.count ?? 1, path: fault.path ?? '' };
      store.faults.put(row);
      return row;
    },
    strikes(kind, call = '') {
      const row = store.faults.list().find((fault) => fault.kind === kind && call.includes(fault.path));
      if (row === undefined) return false;
      if (row.remaining <= 1) store.faults.remove(row.id);
      else store.faults.update(row.id, { remaining: row.remaining - 1 });
      return true;
    },
    waiting: () => store.faults.list(),
    clear() {
      for (const fault of store.faults.list()) store.faults.remove(fault.id);
    },
  };
}
