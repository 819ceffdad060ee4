/**
 * The watch over a balancer's backends: connects to each, and leads connections only to those that answer.
 *
 * INVARIANTS
 * - Only declared backends are ever led to; while none answers, connections are reset at once.
 * - Nothing is led anywhere where the table is missing or foreign: putting it in place is the kind's.
 * - When the watch ends, the last set stays.
 */
import type { Clock } from '../shared/clock.ts';
import type { ResourceOf } from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { Host } from './host/host.ts';
import { BALANCER_FAMILY, parseBackends, renderRules } from './kinds/network-balancer-rules.ts';

type Balancer = ResourceOf<'balancer'>;

const PERIOD_MILLISECONDS = 1000;
const CONNECT_MILLISECONDS = 900;
/** So many looks in a row must fail before a backend is taken out; one that answers is taken in at once. */
const FAILURES = 2;
/** Reading the kernel's table costs child processes: without a change it is read at every so many looks only. */
const LOOKS_BETWEEN_READINGS = 15;

export interface BackendsOptions {
  readonly host: Host;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Backends {
  /** Looks at every backend of this balancer once a second until the signal aborts; a new document starts a new watch. */
  watch(balancer: Balancer, signal: AbortSignal): Promise<void>;
  /** One look, and the change that follows from it. @returns the backends that answer, sorted */
  look(balancer: Balancer): Promise<readonly string[]>;
}

/** Where connections should go. @param answering sorted */
export function chooseBackends({ preferred }: Balancer, answering: readonly string[]): readonly string[] {
  return preferred !== undefined && answering.includes(preferred) ? [preferred] : answering;
}

export function createBackends({ host, clock, log }: BackendsOptions): Backends {
  /** Failed looks in a row by `address:port`. */
  const failures = new Map<string, number>();
  let lastWanted: string | undefined;
  let looksSinceReading = 0;

  async function isAnswering(backend: string, port: number): Promise<boolean> {
    const key = `${backend}:${port}`;
    const isOpen = await host.connections.connects(backend, port, CONNECT_MILLISECONDS);
    // What was never seen to answer counts as failed from the first look on.
    const count = isOpen ? 0 : (failures.get(key) ?? FAILURES) + 1;
    failures.set(key, count);
    return count < FAILURES;
  }

  /** @returns false where there is no table of Vent's to change */
  async function lead(balancer: Balancer, wanted: readonly string[]): Promise<boolean> {
    const table = await host.network.table(BALANCER_FAMILY, 'vent');
    const present = table === undefined ? undefined : parseBackends(balancer, table);
    if (present === undefined) return false;
    if (present.join() === wanted.join()) return true;
    await host.network.applyRules(renderRules(balancer, wanted));
    log.info('backends changed', { balancer: balancer.name, before: present, now: wanted });
    return true;
  }

  async function look(balancer: Balancer): Promise<readonly string[]> {
    const backends = balancer.backends.toSorted();
    const states = await Promise.all(backends.map((backend) => isAnswering(backend, balancer.port)));
    const answering = backends.filter((_, index) => states[index]);
    const wanted = chooseBackends(balancer, answering);
    looksSinceReading += 1;
    if (wanted.join() === lastWanted && looksSinceReading < LOOKS_BETWEEN_READINGS) return answering;
    lastWanted = (await lead(balancer, wanted)) ? wanted.join() : undefined;
    looksSinceReading = 0;
    return answering;
  }

  return {
    look,
    async watch(balancer, signal) {
      failures.clear();
      lastWanted = undefined;
      while (!signal.aborted) {
        try {
          await look(balancer);
        } catch (thrown) {
          const { code, message } = VentError.from(thrown);
          log.warn('backends could not be looked at', { balancer: balancer.name, code, cause: message });
        }
        await clock.wait(PERIOD_MILLISECONDS, signal).catch(() => undefined);
      }
    },
  };
}
