/** The coordinator's own way into the Kubernetes API: short certificates for keys that never leave memory. */
import type { Clock } from '../shared/clock.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../shared/identity/keys.ts';
import type { Logger } from '../shared/log.ts';
import { COORDINATOR_USER } from './addons/manifests/access.ts';
import type { Audit } from './audit.ts';
import type { Authorities } from './authority/authorities.ts';
import { createKubernetesClient, type KubernetesClient } from './kubernetes/client.ts';
import { createHttpsTransport, type HttpsTransportOptions } from './kubernetes/https-transport.ts';
import type { Transport } from './kubernetes/transport.ts';
import type { NodeRow } from './nodes/row.ts';

export interface AccessOptions {
  readonly authorities: Authorities;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
  /** How API servers are spoken to; HTTPS unless given. */
  readonly openTransport?: (options: HttpsTransportOptions) => Transport;
}

const COORDINATOR_DAYS = 7;
const BREAK_GLASS_DAYS = 10 / (24 * 60);

/** Where API servers answer, private addresses first: every API server's certificate holds both. */
export function endpointsOf(nodes: readonly NodeRow[]): readonly string[] {
  const servers = nodes.filter((node) => node.roles.includes('control-plane'));
  const addresses = [
    ...servers.map((node) => node.privateAddress.address),
    ...servers.flatMap((node) => node.publicAddress?.address ?? []),
  ];
  return addresses.map((address) => `https://${address}:6443`);
}

async function openClient(
  options: AccessOptions,
  endpoints: readonly string[],
  commonName: string,
  organizations: readonly string[],
  days: number,
): Promise<KubernetesClient> {
  const { authorities, clock, random, log } = options;
  const key = await generateKey();
  const request = {
    spki: spkiOf(key),
    subject: { commonName, organizations },
    usages: ['client'] as const,
    days,
    holder: 'coordinator',
    name: commonName,
  };
  const leaf = await authorities.issue('kubernetes', request);
  const transport = (options.openTransport ?? createHttpsTransport)({
    endpoints,
    roots: authorities.roots('kubernetes'),
    certificate: leaf.chain,
    key: encodePrivateKey(key),
  });
  return createKubernetesClient({ transport, clock, random, log });
}

/** As vent:coordinator, for a week; opened anew long before that. */
export function openCoordinatorClient(options: AccessOptions, endpoints: readonly string[]): Promise<KubernetesClient> {
  return openClient(options, endpoints, COORDINATOR_USER, [], COORDINATOR_DAYS);
}

/** As system:masters for ten minutes: only to make the first bindings. Recorded in the audit trail. */
export async function openBreakGlass(options: AccessOptions, endpoints: readonly string[]): Promise<KubernetesClient> {
  await options.audit.append({
    actor: 'coordinator',
    action: 'break-glass',
    subject: 'system:masters for 10 minutes',
    result: 'done',
  });
  return await openClient(options, endpoints, 'vent:break-glass', ['system:masters'], BREAK_GLASS_DAYS);
}
