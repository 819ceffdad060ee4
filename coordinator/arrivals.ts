/** How far machines came on their way in, before they are members: in memory, since each of them asks again. */
import type { Clock } from '../shared/clock.ts';
import { DEVICE_ID } from './tokens.ts';

export interface Arrival {
  readonly downloadingSince: string | undefined;
  /** Why it cannot fetch the agent file, one sentence. */
  readonly downloadError: string | undefined;
  readonly enrollingSince: string | undefined;
  readonly enrolError: string | undefined;
}

export interface Refusal {
  readonly deviceId: string;
  /** RFC 3339; when the device first asked. */
  readonly since: string;
  readonly error: string;
}

export interface Arrivals {
  /** A machine at this address asked for the agent file, or could not with this error. */
  downloading(address: string, error?: string): void;
  /** A device tries to enrol, or was refused with this message, which stands until it has enrolled or is refused with another. */
  enrolling(deviceId: string, error?: string): void;
  enrolled(deviceId: string): void;
  of(deviceId: string, addresses: readonly string[]): Arrival;
  /** Devices whose last refusal is not long ago, the newest first, whoever they are; few. */
  refusals(): readonly Refusal[];
}

/** Enough for any burst; the oldest are forgotten first. */
const MOST = 10_000;
/** Anybody can be refused, so what an operator sees of strangers is bounded. */
const MOST_REFUSALS = 20;
const REFUSAL_MILLISECONDS = 3_600_000;

interface Step {
  readonly since: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly error: string | undefined;
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}

/** @param onChange called after each of these */
export function createArrivals(clock: Clock, onChange: () => void): Arrivals {
  const downloads = new Map<string, Step>();
  const enrolments = new Map<string, Step>();
  const step = (before: Step | undefined, error: string | undefined): Step => {
    const at = clock.now();
    return { since: before?.since ?? new Date(at).toISOString(), at, error };
  };
  return {
    downloading(address, error) {
      remember(downloads, address, step(downloads.get(address), error));
      onChange();
    },
    enrolling(deviceId, error) {
      // The id is the caller's word, and ends up on screens.
      if (!DEVICE_ID.test(deviceId)) return;
      const before = enrolments.get(deviceId);
      remember(enrolments, deviceId, step(before, error ?? before?.error));
      onChange();
    },
    enrolled(deviceId) {
      enrolments.delete(deviceId);
      onChange();
    },
    of(deviceId, addresses) {
      const enrolment = enrolments.get(deviceId);
      const download = addresses.map((address) => downloads.get(address)).find((found) => found !== undefined);
      return {
        downloadingSince: download?.since,
        downloadError: download?.error,
        enrollingSince: enrolment?.since,
        enrolError: enrolment?.error,
      };
    },
    refusals() {
      const oldest = clock.now() - REFUSAL_MILLISECONDS;
      return [...enrolments]
        .reverse()
        .flatMap(([deviceId, { since, at, error }]) =>
          error === undefined || at < oldest ? [] : [{ deviceId, since, error }],
        )
        .slice(0, MOST_REFUSALS);
    },
  };
}
