/** Writes events. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../shared/clock.ts';
import type { EventRow } from './records.ts';
import type { FacilityStore } from './store.ts';

export interface Journal {
  write(
    type: string,
    body: string,
    about?: { readonly deviceId?: string; readonly state?: string; readonly ip?: string },
  ): void;
}

export function createJournal(store: FacilityStore, clock: Clock): Journal {
  return {
    write(type, body, about = {}) {
      const event: EventRow = {
        id: randomUUID(),
        type,
        body,
        state: about.state ?? null,
        deviceId: about.deviceId ?? null,
        createdAt: stamp(clock.now()),
        ip: about.ip ?? null,
      };
      store.events.put(event);
    },
  };
}

/** RFC 3339 in whole seconds, as Packet writes times. */
export function stamp(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d+Z$/, 'Z');
}
