import type { Clock } from '../shared/clock.ts';
import type { Endpoints } from '../shared/endpoints.ts';
import type { Logger } from '../shared/log.ts';
import type { AgentFile } from './artifacts/server.ts';
import type { HttpsTransportOptions } from './kubernetes/https-transport.ts';
import type { Transport } from './kubernetes/transport.ts';
import type { ProviderCredentials } from './providers/index.ts';

/** What one coordinator is started with. */
export interface ServeOptions {
  /** Directory of everything it keeps. */
  readonly data: string;
  /** Address that machines' ports listen on. */
  readonly listen: string;
  readonly operatorListen: string;
  /** The address machines are told. */
  readonly advertise: string;
  readonly credentials: ProviderCredentials;
  readonly agentFiles: readonly AgentFile[];
  readonly version: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly fetch: typeof fetch;
  /** How API servers are spoken to; HTTPS unless given. */
  readonly openTransport?: (options: HttpsTransportOptions) => Transport;
  /** Values in [0, 1). */
  readonly random: () => number;
}

/** Ports of the design's table of listeners. */
export const PORTS = { enrol: 7443, node: 7444, operator: 7445, web: 7446 } as const;

/** @param advertise as the option of that name */
export function endpointsOf({ advertise }: Pick<ServeOptions, 'advertise'>): Endpoints {
  return {
    node: `${advertise}:${PORTS.node}`,
    artifacts: `https://${advertise}:${PORTS.web}`,
    enrol: `${advertise}:${PORTS.enrol}`,
  };
}
