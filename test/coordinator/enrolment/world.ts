/** A coordinator in memory with one device at its provider, and agents that speak the protocol by hand. */

import { type KeyObject, randomBytes } from 'node:crypto';
import { createAudit } from '../../../coordinator/audit.ts';
import { createAuthorities } from '../../../coordinator/authority/authorities.ts';
import { ENROLMENT_LIMITS, type EnrolmentLimits } from '../../../coordinator/enrolment/rates.ts';
import { createEnrolment, type Peer } from '../../../coordinator/enrolment.ts';
import { createNodes } from '../../../coordinator/nodes/row.ts';
import type { Device, DeviceAddress, Provider } from '../../../coordinator/providers/provider.ts';
import { placeRow } from '../../../coordinator/rows.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import type { Store } from '../../../coordinator/store/store.ts';
import { createTokens } from '../../../coordinator/tokens.ts';
import type { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';
import { generateKey, signBytes, spkiOf } from '../../../shared/identity/keys.ts';
import type { BeginRequest, FinishAnswer } from '../../../shared/identity/messages.ts';
import { makeProof, transcriptOf } from '../../../shared/identity/proof.ts';
import { parseSecret } from '../../../shared/identity/tokens.ts';

export const CLUSTER_ID = 'b5a7c1de-0000-4000-8000-000000000001';
export const ADDRESS = '10.0.0.3';
export const wide: EnrolmentLimits = { ...ENROLMENT_LIMITS, addressRate: 1e6, addressBurst: 1e6, globalRate: 1e6 };

function addressOf(address: string, isPublic: boolean, management = true): DeviceAddress {
  const gateway = address.replace(/\d+$/, (last) => String(Number(last) - 1));
  return { address, family: 4, prefix: 31, gateway, public: isPublic, management };
}

export function makeDevice(id: string, now: number, changes: Partial<Device> = {}): Device {
  return {
    id,
    hostname: 'worker',
    state: 'active',
    plan: 'c2.medium.x86',
    facility: 'ewr1',
    tags: [],
    createdAt: new Date(now).toISOString(),
    addresses: [addressOf('203.0.113.9', true, false), addressOf('198.51.100.3', true), addressOf(ADDRESS, false)],
    terminationTime: undefined,
    reason: undefined,
    ...changes,
  };
}

export interface World extends Awaited<ReturnType<typeof createWorld>> {}

/** @param store where the coordinator keeps what it knows */
export async function createWorld(store: Store = createMemoryStore(), limits: EnrolmentLimits = wide) {
  const clock = createFakeClock();
  const audit = createAudit(store, clock);
  const tokens = createTokens({ store, audit, clock });
  const nodes = createNodes(store);
  const places = createCollection(store, '/places/', placeRow);
  const authorities = await createAuthorities({ store, clock, sealer: createSealer(Buffer.alloc(32, 1)) });
  const devices = new Map([['d1', makeDevice('d1', clock.now())]]);
  const faults: { provider: VentError | undefined } = { provider: undefined };
  const provider: Pick<Provider, 'device' | 'providerId'> = {
    providerId: (id) => `packet://${id}`,
    async device(id) {
      if (faults.provider !== undefined) throw faults.provider;
      return devices.get(id);
    },
  };
  const enrolment = createEnrolment({
    tokens,
    nodes,
    places,
    authorities,
    audit,
    provider: () => provider,
    clusterId: CLUSTER_ID,
    answer: async () => ({
      clusterName: 'demo',
      nodeAddress: '198.51.100.1:7444',
      artifactAddress: 'https://198.51.100.1:7446',
    }),
    limits,
    clock,
    log: silentLog,
  });
  return { store, clock, audit, tokens, nodes, places, authorities, devices, faults, enrolment };
}

const SERVER_SPKI = randomBytes(91);
export const peer: Peer = { address: ADDRESS, serverSpki: SERVER_SPKI };

export interface Attempt {
  readonly tokenId: string;
  readonly secret: string;
  readonly key: KeyObject;
  readonly deviceId?: string;
  /** The server's key as the agent saw it. */
  readonly seen?: Uint8Array;
  readonly peer?: Peer;
}

export async function beginRequest(world: World, attempt: Attempt): Promise<BeginRequest> {
  return {
    tokenId: attempt.tokenId,
    deviceId: attempt.deviceId ?? 'd1',
    spki: spkiOf(attempt.key),
    clientNonce: randomBytes(32),
    agentVersion: '0.1.0',
    clockUnixMilliseconds: world.clock.now(),
  };
}

/** Begin and Finish as an honest agent does them. */
export async function enrol(world: World, attempt: Attempt): Promise<FinishAnswer> {
  const request = await beginRequest(world, attempt);
  const { challengeId, serverNonce } = await world.enrolment.begin(request, attempt.peer ?? peer);
  const transcript = transcriptOf({ ...request, serverNonce, serverSpki: attempt.seen ?? SERVER_SPKI });
  const answer = {
    challengeId,
    proof: makeProof(parseSecret(attempt.secret), transcript),
    signature: await signBytes(attempt.key, transcript),
  };
  return world.enrolment.finish(answer, attempt.peer ?? peer);
}

/** A key, and a token that is for one device. */
export function prepareAttempt(world: World, deviceId = 'd1'): Promise<Attempt> {
  return prepare(world, { deviceId });
}

/** A key, and a token that any new device may use. */
export function prepareOpenAttempt(world: World): Promise<Attempt> {
  return prepare(world, {});
}

async function prepare(world: World, device: { readonly deviceId?: string }): Promise<Attempt> {
  const made = await world.tokens.create({ pool: 'workers', roles: ['worker'], actor: 'operator:ada', ...device });
  return { tokenId: made.row.id, secret: made.secret, key: await generateKey() };
}
