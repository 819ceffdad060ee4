/**
 * A bare-metal facility in one program: Packet's API v1 and its metadata service, in front of machines that really
 * boot. A device becomes active by its own phone-home and by nothing else.
 */
import type { RequestListener } from 'node:http';
import type { Clock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/log.ts';
import type { AddressBlocks } from './blocks.ts';
import type { Context } from './context.ts';
import type { FaultOrder } from './faults.ts';
import { createFaults } from './faults.ts';
import type { TlsIdentity } from './identity.ts';
import { ensureIdentity } from './identity.ts';
import { createJournal } from './journal.ts';
import { createLife } from './life.ts';
import type { Timing } from './life-step.ts';
import { DEFAULT_TIMING } from './life-step.ts';
import type { Listen, Listener } from './listener.ts';
import { openListener } from './listener.ts';
import type { Machines } from './machines.ts';
import { createMetadata } from './metadata.ts';
import { createRouter } from './router.ts';
import { openStore } from './store.ts';
import type { Project } from './views.ts';

export interface FacilityDeps {
  readonly machines: Machines;
  readonly clock: Clock;
  readonly log: Logger;
  readonly blocks: AddressBlocks;
  /** Value of X-Auth-Token. */
  readonly token: string;
  readonly project: Project;
  /** Where the API is served, over HTTP and HTTPS; several addresses are possible. */
  readonly api: readonly Listen[];
  /** Where the metadata service is served; machines expect 192.80.8.124, port 80. */
  readonly metadata: readonly Listen[];
  /** Directory of the facility's memory, and of the `certificate.pem` that callers over HTTPS trust. */
  readonly directory: string;
  readonly faults?: readonly FaultOrder[];
  readonly timing?: Partial<Timing>;
}

export interface Facility {
  /** Listens and goes on with what was under way when the last one ended; returns the addresses with real ports. */
  start(): Promise<{ readonly api: readonly Listen[]; readonly metadata: readonly Listen[] }>;
  /** Stops listening and ends all tasks; machines go on. */
  stop(): Promise<void>;
}

export function createFacility(deps: FacilityDeps): Facility {
  const listeners: Listener[] = [];
  let context: Context | undefined;

  const listen = async (answer: RequestListener, places: readonly Listen[], identity?: TlsIdentity) => {
    const opened = await Promise.all(places.map((place) => openListener(answer, place, identity)));
    listeners.push(...opened);
    return opened.map((listener) => listener.bound);
  };

  return {
    async start() {
      context = await openContext(deps);
      const hosts = deps.api.map((place) => place.host);
      const identity = await ensureIdentity(deps.directory, hosts);
      const api = await listen(createRouter(context, deps.token), deps.api, identity);
      const metadata = await listen(createMetadata(context), deps.metadata);
      context.life.resume();
      deps.log.info('facility is open', { api: api.map(writeListen), metadata: metadata.map(writeListen) });
      return { api, metadata };
    },
    async stop() {
      await Promise.all(listeners.splice(0).map((listener) => listener.close()));
      await context?.life.stop();
    },
  };
}

async function openContext(deps: FacilityDeps): Promise<Context> {
  const { machines, clock, log, project, blocks } = deps;
  const timing = { ...DEFAULT_TIMING, ...deps.timing };
  const store = await openStore(deps.directory);
  const journal = createJournal(store, clock);
  const life = createLife({ store, machines, journal, clock, log, timing });
  const faults = createFaults(store);
  for (const fault of deps.faults ?? []) faults.order(fault);
  return { store, life, journal, faults, project, blocks, clock, log, timing };
}

function writeListen(place: Listen): string {
  return `${place.host}:${place.port}`;
}
