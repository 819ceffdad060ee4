/** How far machines came on their way in, before they are members: in memory, since each of them asks again. */
import type { Clock } from '../shared/clock.ts';

export interface Arrival {
  readonly downloadingSince: string | undefined;
  readonly enrollingSince: string | undefined;
  readonly enrolError: string | undefined;
}

export interface Arrivals {
  /** A machine at this address asked for the agent file. */
  downloading(address: string): void;
  /** A device began to enrol, or was refused with this message. */
  enrolling(deviceId: string, error?: string): void;
  of(deviceId: string, addresses: readonly string[]): Arrival;
}

/** Enough for any burst; the oldest are forgotten first. */
const MOST = 10_000;

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}

/** @param onChange called after each of these */
export function createArrivals(clock: Clock, onChange: () => void): Arrivals {
  const downloads = new Map<string, string>();
  const enrolments = new Map<string, { readonly since: string; readonly error: string | undefined }>();
  const timestamp = (): string => new Date(clock.now()).toISOString();
  return {
    downloading(address) {
      if (!downloads.has(address)) remember(downloads, address, timestamp());
      onChange();
    },
    enrolling(deviceId, error) {
      remember(enrolments, deviceId, { since: enrolments.get(deviceId)?.since ?? timestamp(), error });
      onChange();
    },
    of(deviceId, addresses) {
      const enrolment = enrolments.get(deviceId);
      const download = addresses.map((address) => downloads.get(address)).find((since) => since !== undefined);
      return { downloadingSince: download, enrollingSince: enrolment?.since, enrolError: enrolment?.error };
    },
  };
}
