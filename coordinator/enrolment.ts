/**
 * Enrolment: how an unknown machine with a token becomes a node with an identity. Steps and reasons: the secret never
 * crosses the wire, the provider vouches for the device, first use wins.
 *
 * INVARIANTS
 * - A token is never used more often than it may be, and a device has at most one node.
 * - Nothing of a request decides what stands in a certificate but its public key.
 * - Nothing is locked while the provider answers.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import { isSignedBy, keyIdOf, readPublicKey } from '../shared/identity/keys.ts';
import type { BeginAnswer, BeginRequest, FinishAnswer, FinishRequest } from '../shared/identity/messages.ts';
import { isProof, transcriptOf } from '../shared/identity/proof.ts';
import type { Logger } from '../shared/log.ts';
import type { Audit } from './audit.ts';
import type { Authorities } from './authority/authorities.ts';
import { agentLeaf } from './authority/holders.ts';
import { admit } from './enrolment/admission.ts';
import { checkClock, requireAddress } from './enrolment/caller.ts';
import { checkDevice } from './enrolment/device-check.ts';
import { createBoundedMap, createRates, type EnrolmentLimits } from './enrolment/rates.ts';
import { checkBegin, checkFinish } from './enrolment/requests.ts';
import { createReturning, type Returning } from './enrolment/returning.ts';
import type { NodeRow, Nodes } from './nodes/row.ts';
import type { Provider } from './providers/provider.ts';
import type { PlaceRow } from './rows.ts';
import type { Collection, Row } from './store/collection.ts';
import type { TokenRow, Tokens } from './tokens.ts';

export interface Peer {
  /** As the socket says it. */
  readonly address: string;
  /** SPKI of the certificate that this side of the connection showed, DER. */
  readonly serverSpki: Uint8Array;
}

export interface EnrolmentOptions {
  readonly tokens: Tokens;
  readonly nodes: Nodes;
  /** Of machines that have left. */
  readonly places: Pick<Collection<PlaceRow>, 'list'>;
  readonly authorities: Authorities;
  readonly audit: Audit;
  /** The provider of the newest spec. @throws VentError when there is none yet */
  provider(): Pick<Provider, 'device' | 'providerId'>;
  readonly clusterId: string;
  /** What agents are told beside their certificate. */
  answer(): Promise<Pick<FinishAnswer, 'clusterName' | 'nodeAddress' | 'artifactAddress'>>;
  readonly limits: EnrolmentLimits;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Enrolment extends Returning {
  /** @throws VentError INVALID_INPUT, BUSY, CLOCK_SKEW, TOKEN_REFUSED, TOKEN_RESERVED */
  begin(request: BeginRequest, peer: Peer): Promise<BeginAnswer>;
  /** @throws VentError INVALID_INPUT, BUSY, TOKEN_REFUSED, DEVICE_REFUSED, PROVIDER_FAILED */
  finish(request: FinishRequest, peer: Peer): Promise<FinishAnswer>;
  /** A certificate for the new key of a node that proved its present one. @returns PEM, leaf first @throws VentError NOT_FOUND, INVALID_INPUT */
  renew(nodeId: string, spki: Uint8Array): Promise<string>;
}

interface Challenge {
  readonly request: BeginRequest;
  readonly serverNonce: Uint8Array;
  readonly expiresAt: number;
}

const CHALLENGE_MILLISECONDS = 60_000;
/** How long the same machine may ask again for an answer it lost. */
const RETRY_MILLISECONDS = 15 * 60_000;
const ATTEMPTS = 10;

export function createEnrolment(options: EnrolmentOptions): Enrolment {
  const { tokens, nodes, authorities, clock, log } = options;
  const rates = createRates(options.limits, clock);
  const challenges = createBoundedMap<Challenge>(options.limits.remembered);

  async function begin(unchecked: BeginRequest, peer: Peer): Promise<BeginAnswer> {
    rates.admit(requireAddress(peer));
    const request = checkBegin(unchecked);
    checkClock(request.clockUnixMilliseconds, clock.now());
    readPublicKey(request.spki);
    await readToken(tokens, request);
    const challengeId = randomBytes(16).toString('hex');
    const serverNonce = randomBytes(32);
    challenges.set(challengeId, { request, serverNonce, expiresAt: clock.now() + CHALLENGE_MILLISECONDS });
    return { challengeId, serverNonce };
  }

  async function finish(unchecked: FinishRequest, peer: Peer): Promise<FinishAnswer> {
    const address = requireAddress(peer);
    rates.admit(address);
    const answer = checkFinish(unchecked);
    const challenge = challenges.get(answer.challengeId);
    challenges.delete(answer.challengeId);
    if (challenge === undefined || challenge.expiresAt <= clock.now())
      throw new VentError('TOKEN_REFUSED', 'cannot enrol: the challenge is unknown, was used or is older than 60 s', {
        hint: 'Begin again.',
        retry: 'backoff',
      });
    const { request } = challenge;
    if (!isProved(await readToken(tokens, request), challenge, answer, peer)) {
      rates.recordFailure(address);
      log.warn('a proof of a token was wrong', { address, token: request.tokenId, device: request.deviceId });
      throw refuseToken(request.tokenId, 'the proof does not fit it', 'Was the userdata copied whole?');
    }
    const node = (await findEarlier(options, request)) ?? (await enrol(options, request, address));
    const leaf = await authorities.complete(node.certificate);
    log.info('machine enrolled', { node: node.name, device: node.deviceId, address });
    return {
      certificateChain: leaf.chain,
      nodeId: node.id,
      nodeName: node.name,
      clusterId: options.clusterId,
      trust: authorities.trust(),
      ...(await options.answer()),
    };
  }

  async function renew(nodeId: string, spki: Uint8Array): Promise<string> {
    if ((await nodes.get(nodeId)) === undefined)
      throw new VentError('NOT_FOUND', `cannot renew the certificate of ${nodeId}: there is no such node`);
    const leaf = await authorities.issue('vent', agentLeaf(options.clusterId, nodeId, spki));
    await nodes.update(nodeId, (row) =>
      row === undefined ? undefined : { ...row, spki: keyIdOf(spki), certificate: leaf.serial },
    );
    return leaf.chain;
  }

  return { begin, finish, renew, ...createReturning(options, rates, renew) };
}

function refuseToken(id: string, cause: string, hint = 'Make a new one with `vent token create`.'): VentError {
  return new VentError('TOKEN_REFUSED', `cannot enrol with token ${id}: ${cause}`, { hint });
}

/** The token of a request. What is used up is let through: its owner may have lost the answer. @throws VentError TOKEN_REFUSED, TOKEN_RESERVED */
async function readToken(tokens: Tokens, request: BeginRequest): Promise<Row<TokenRow>> {
  const row = await tokens.get(request.tokenId);
  if (row === undefined) throw refuseToken(request.tokenId, 'there is none');
  const state = tokens.stateOf(row.value);
  if (state === 'reserved')
    throw new VentError('TOKEN_RESERVED', `cannot enrol with token ${request.tokenId}: its device is not known yet`, {
      hint: 'Try again shortly: the provider has not answered the create call.',
      retry: 'backoff',
    });
  if (state === 'revoked' || state === 'expired') throw refuseToken(request.tokenId, `it is ${state}`);
  if (row.value.deviceId !== undefined && row.value.deviceId !== request.deviceId)
    throw refuseToken(request.tokenId, 'it was made for another device');
  return row;
}

function isProved(token: Row<TokenRow>, challenge: Challenge, answer: FinishRequest, peer: Peer): boolean {
  const { request, serverNonce } = challenge;
  const transcript = transcriptOf({
    serverSpki: peer.serverSpki,
    spki: request.spki,
    deviceId: request.deviceId,
    clientNonce: request.clientNonce,
    serverNonce,
  });
  const isOwner = isProof(Buffer.from(token.value.storedKey, 'hex'), transcript, answer.proof);
  return isOwner && isSignedBy(readPublicKey(request.spki), transcript, answer.signature);
}

/**
 * The node that this machine enrolled as a moment ago and of which it lost the answer.
 * @returns undefined when the token has a use left for it
 * @throws VentError TOKEN_REFUSED, with an alarm when another key comes with a token that is spent: that is what theft looks like
 */
async function findEarlier(options: EnrolmentOptions, request: BeginRequest): Promise<NodeRow | undefined> {
  const { tokens, nodes, audit, clock, log } = options;
  const { value: token } = await readToken(tokens, request);
  const spki = keyIdOf(request.spki);
  const use = token.uses.find((one) => one.deviceId === request.deviceId && one.spki === spki);
  if (use !== undefined) {
    const isRecent = clock.now() - Date.parse(use.at) <= RETRY_MILLISECONDS;
    const node = isRecent ? (await nodes.get(use.nodeId))?.value : undefined;
    // A renewal since then means that the answer did arrive.
    if (node !== undefined && node.certificate === use.certificate) return node;
    throw refuseToken(request.tokenId, 'this machine has used it before');
  }
  const isSpent = token.uses.length >= token.maxUses || token.uses.some((one) => one.deviceId === request.deviceId);
  if (!isSpent) return undefined;
  log.warn('a spent token came with another key', { token: request.tokenId, device: request.deviceId });
  await audit.append({
    actor: `device:${request.deviceId}`,
    action: 'enrol',
    subject: `token:${request.tokenId} key:${spki}`,
    result: 'alarm: a spent token came with another key',
  });
  throw refuseToken(request.tokenId, 'it is used up', 'If no machine of yours did this, treat the token as stolen.');
}

async function enrol(options: EnrolmentOptions, request: BeginRequest, address: string): Promise<NodeRow> {
  const provider = options.provider();
  const device = await provider.device(request.deviceId);
  const providerId = provider.providerId(request.deviceId);
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    // Read before the token: whoever enrols the device in between has changed the token, or fails the transaction.
    const live = await options.nodes.byDevice(request.deviceId);
    const token = await readToken(options.tokens, request);
    const checked = checkDevice(request.deviceId, device, token.value, address);
    const earlier = await findEarlier(options, request);
    if (earlier !== undefined) return earlier;
    if (live !== undefined)
      throw new VentError(
        'DEVICE_REFUSED',
        `cannot enrol device ${request.deviceId}: it is node ${live.name} already`,
        {
          hint: 'Run `vent deprovision` for that node first.',
        },
      );
    const candidate = { token, checked, providerId, spki: request.spki };
    const node = await admit({ ...options, now: () => options.clock.now() }, candidate);
    if (node !== undefined) return node;
  }
  throw new VentError('BUSY', 'cannot enrol: others keep changing the same rows', { retry: 'backoff' });
}
