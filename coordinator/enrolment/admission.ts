/** The one transaction of an enrolment: the token's use, the node, its certificate's row and the audit record. */
import { randomUUID } from 'node:crypto';
import { keyIdOf } from '../../shared/identity/keys.ts';
import type { Audit } from '../audit.ts';
import type { Authorities } from '../authority/authorities.ts';
import { agentLeaf } from '../authority/holders.ts';
import type { NodeRow, Nodes } from '../nodes/row.ts';
import type { Device, DeviceAddress } from '../providers/provider.ts';
import type { PlaceRow } from '../rows.ts';
import type { Collection, Row } from '../store/collection.ts';
import type { TokenRow, Tokens } from '../tokens.ts';
import type { CheckedDevice } from './device-check.ts';

export interface Candidate {
  readonly token: Row<TokenRow>;
  readonly checked: CheckedDevice;
  readonly providerId: string;
  readonly spki: Uint8Array;
}

export interface AdmissionOptions {
  readonly nodes: Nodes;
  /** Of machines that have left. */
  readonly places: Pick<Collection<PlaceRow>, 'list'>;
  readonly tokens: Tokens;
  readonly authorities: Authorities;
  readonly audit: Audit;
  readonly clusterId: string;
  /** Milliseconds since the epoch. */
  now(): number;
}

/** DNS labels are at most 63 characters (RFC 1123); a suffix needs a few. */
const NAME_LENGTH = 58;

/** Lower-case letters, digits and dashes of a host name; facilities let host names repeat and hold other characters. */
export function nodeNameOf(hostname: string): string {
  const name = hostname
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-')
    .slice(0, NAME_LENGTH)
    .replaceAll(/^-+|-+$/g, '');
  return name === '' ? 'node' : name;
}

/** The name that the device had before it was reset, if nobody has it now. */
async function freeName({ nodes, places }: AdmissionOptions, { id, hostname }: Device): Promise<string> {
  const earlier = (await places.list()).rows.find((row) => row.value.deviceId === id)?.value.name;
  if (earlier !== undefined && !(await nodes.hasName(earlier))) return earlier;
  const name = nodeNameOf(hostname);
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 ? name : `${name}-${number}`;
    if (!(await nodes.hasName(candidate))) return candidate;
  }
}

const placeOf = ({ address, prefix, gateway }: DeviceAddress): NodeRow['privateAddress'] => ({
  address,
  prefix,
  gateway,
});

/** @returns the node, or undefined when something that was read has changed since: read again */
export async function admit(options: AdmissionOptions, candidate: Candidate): Promise<NodeRow | undefined> {
  const { nodes, tokens, authorities, audit } = options;
  const { token, checked, spki } = candidate;
  const { device } = checked;
  const id = randomUUID();
  const at = new Date(options.now()).toISOString();
  const certificate = authorities.prepare('vent', agentLeaf(options.clusterId, id, spki));
  const node: NodeRow = {
    id,
    name: await freeName(options, device),
    deviceId: device.id,
    pool: token.value.pool,
    roles: token.value.roles,
    providerId: candidate.providerId,
    privateAddress: placeOf(checked.privateAddress),
    ...(checked.publicAddress === undefined ? {} : { publicAddress: placeOf(checked.publicAddress) }),
    spki: keyIdOf(spki),
    certificate: certificate.serial,
    enrolledAt: at,
    tokenId: token.value.id,
    documentGeneration: 0,
  };
  const uses = [
    ...token.value.uses,
    { deviceId: device.id, spki: node.spki, nodeId: id, certificate: certificate.serial, at },
  ];
  const state = uses.length >= token.value.maxUses ? 'used' : token.value.state;
  const parts = [
    tokens.replacing(token, { ...token.value, uses, state }),
    nodes.adding(node),
    authorities.writes(certificate),
  ];
  const revision = await audit.transact(
    { actor: `device:${device.id}`, action: 'enrol', subject: `node:${id} token:${token.value.id}`, result: 'done' },
    { compare: parts.flatMap((part) => part.compare), put: parts.flatMap((part) => part.put) },
  );
  return revision === undefined ? undefined : node;
}
