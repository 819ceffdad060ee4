/** Brings a cluster's add-ons up and keeps them as they are meant to be. */
import { createBackoff, RECONNECT } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { type DesiredObject, nameOf, referenceTo } from '../kubernetes/object.ts';

export interface ApplyFailure {
  /** `ClusterRole vent:flannel` */
  readonly object: string;
  readonly error: VentError;
}

/**
 * Applies each object in order, by force; one that is as it should be is not changed by it. A failure does not keep the
 * others from being applied, but when no API server answers the rest is not tried.
 * @returns failures by name
 */
export async function applyObjects(
  client: KubernetesClient,
  objects: readonly DesiredObject[],
  signal?: AbortSignal,
): Promise<readonly ApplyFailure[]> {
  const failures: ApplyFailure[] = [];
  for (const object of objects)
    try {
      await client.apply(object, undefined, signal);
    } catch (thrown) {
      const error = VentError.from(thrown);
      if (error.code === 'UNAVAILABLE' || error.code === 'CANCELLED') throw error;
      failures.push({ object: nameOf(referenceTo(object)), error });
    }
  return failures;
}

export interface AddonOptions {
  /** As vent:coordinator; anew at each use, because its certificate is renewed. */
  client(): KubernetesClient;
  /**
   * A client with a system:masters certificate of ten minutes, whose key is in memory only; the caller records it in the
   * audit log. Closed after use.
   */
  breakGlass(): Promise<KubernetesClient>;
  /** What the coordinator's own permissions come from, and everything, in the order to apply it. */
  permissions(): readonly DesiredObject[];
  objects(): readonly DesiredObject[];
  /** Told after each pass, also with none. */
  onPass(failures: readonly ApplyFailure[]): void;
  readonly clock: Clock;
  /** Values in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

/** Milliseconds between two passes over what stands, in the middle; each is off by up to a fifth. */
const PERIOD = 60_000;

/** One pass: the coordinator's own permissions first, if it lacks them, and then everything as the coordinator. */
export async function passOverAddons(options: AddonOptions, signal: AbortSignal): Promise<readonly ApplyFailure[]> {
  const client = options.client();
  if (!(await client.isAllowed({ verb: '*', group: '*', resource: '*' }, signal))) {
    const breakGlass = await options.breakGlass();
    try {
      const failures = await applyObjects(breakGlass, options.permissions(), signal);
      if (failures.length > 0) return failures;
    } finally {
      breakGlass.close();
    }
  }
  return applyObjects(client, options.objects(), signal);
}

/** Passes over the add-ons until the signal aborts: at once, soon again after a failure, and now and then, for drift. */
export async function runAddons(options: AddonOptions, signal: AbortSignal): Promise<void> {
  const { clock, random, log } = options;
  const backoff = createBackoff(RECONNECT, random);
  while (!signal.aborted) {
    let isComplete = false;
    try {
      const failures = await passOverAddons(options, signal);
      isComplete = failures.length === 0;
      for (const { object, error } of failures) log.warn('cannot apply an add-on', { object, cause: error.message });
      options.onPass(failures);
    } catch (thrown) {
      const error = VentError.from(thrown);
      if (error.code !== 'UNAVAILABLE' && error.code !== 'CANCELLED')
        log.warn('cannot apply the add-ons', { cause: error.message });
    }
    if (isComplete) backoff.reset();
    const pause = isComplete ? PERIOD * (0.8 + 0.4 * random()) : backoff.next();
    await clock.wait(pause, signal).catch(() => undefined);
  }
}
