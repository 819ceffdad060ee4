/** Certificates of Vent's own authority: the coordinator's, operators', agents'; and who it is that shows one. */
import { X509Certificate } from 'node:crypto';
import { isIPv4 } from 'node:net';
import { VentError } from '../../shared/errors.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../shared/identity/keys.ts';
import { nodeUri } from '../../shared/identity/messages.ts';
import type { Authorities, Leaf, LeafRequest } from './authorities.ts';

export const OPERATOR_ROLES = ['admin', 'operator', 'reader'] as const;
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

/** The ports show it until the coordinator starts again, which makes a new one. */
const SERVER_DAYS = 398;
const OPERATOR_DAYS = 365;
const AGENT_DAYS = 7;
const ROLE_PREFIX = 'vent:operator:';

export interface ServerIdentity extends Leaf {
  /** PKCS #8 in PEM; never stored: each start makes a new one. */
  readonly key: string;
  /** DER; agents bind their proof to it. */
  readonly spki: Uint8Array;
}

/** A key and certificate for the coordinator's ports. @param names DNS names and IPv4 addresses that callers use */
export async function issueServerIdentity(authorities: Authorities, names: readonly string[]): Promise<ServerIdentity> {
  const key = await generateKey();
  const spki = spkiOf(key);
  const leaf = await authorities.issue('vent', {
    spki,
    subject: { commonName: 'vent coordinator', organizations: [] },
    dnsNames: names.filter((name) => !isIPv4(name)),
    addresses: names.filter((name) => isIPv4(name)),
    usages: ['server'],
    days: SERVER_DAYS,
    holder: 'coordinator',
    name: 'server',
  });
  return { ...leaf, key: encodePrivateKey(key), spki };
}

const OPERATOR_NAME = /^[A-Za-z0-9][A-Za-z0-9._@-]{0,47}$/;

/** @throws VentError INVALID_INPUT for a name that cannot stand in a certificate */
export async function issueOperatorCertificate(
  authorities: Authorities,
  operator: { readonly name: string; readonly role: OperatorRole; readonly spki: Uint8Array; readonly days?: number },
): Promise<Leaf> {
  if (!OPERATOR_NAME.test(operator.name))
    throw new VentError('INVALID_INPUT', `cannot name an operator ${JSON.stringify(operator.name)}`, {
      hint: 'Use up to 48 letters, digits, dots, dashes and @.',
    });
  return authorities.issue('vent', {
    spki: operator.spki,
    subject: { commonName: operator.name, organizations: [`${ROLE_PREFIX}${operator.role}`] },
    usages: ['client'],
    days: operator.days ?? OPERATOR_DAYS,
    holder: `operator:${operator.name}`,
    name: 'operator',
  });
}

/** What an agent's certificate says; the coordinator alone decides it. */
export function agentLeaf(clusterId: string, nodeId: string, spki: Uint8Array): LeafRequest {
  return {
    spki,
    subject: { commonName: nodeId, organizations: [] },
    uris: [nodeUri(clusterId, nodeId)],
    usages: ['client'],
    days: AGENT_DAYS,
    holder: nodeId,
    name: 'agent',
  };
}

export type Holder =
  | { readonly type: 'node'; readonly id: string }
  | { readonly type: 'operator'; readonly name: string; readonly role: OperatorRole };

/**
 * Whose certificate it is that the TLS layer verified against Vent's root.
 * @param certificate DER or PEM
 * @returns undefined for one that is neither an agent's of this cluster nor an operator's
 */
export function readHolder(certificate: Uint8Array | string, clusterId: string): Holder | undefined {
  const parsed = new X509Certificate(certificate);
  const prefix = `URI:${nodeUri(clusterId, '')}`;
  const names = parsed.subjectAltName;
  if (names?.startsWith(prefix) === true) {
    const id = names.slice(prefix.length);
    return /^[0-9a-f-]{36}$/.test(id) ? { type: 'node', id } : undefined;
  }
  const subject = parsed.toLegacyObject().subject;
  const role = OPERATOR_ROLES.find((candidate) => subject.O === `${ROLE_PREFIX}${candidate}`);
  return names === undefined && role !== undefined ? { type: 'operator', name: String(subject.CN), role } : undefined;
}
