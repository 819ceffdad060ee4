/**
 * How a node comes back that was off for longer than its certificate lasted: by the key it was known by last. No token,
 * because it has used its own; no word of the provider, unless it calls from an address that it did not have.
 *
 * INVARIANTS
 * - Only the key of the newest certificate that was issued counts; an older one, however genuine, is refused.
 * - A banned node stays out.
 * - A lost answer costs nothing: the new key is the known one from then on, and proves itself.
 */
import { randomBytes } from 'node:crypto';
import { VentError } from '../../shared/errors.ts';
import { isSignedBy, keyIdOf, readPublicKey } from '../../shared/identity/keys.ts';
import {
  type BeginAnswer,
  type BeginReturnRequest,
  type FinishReturnRequest,
  returnSubject,
} from '../../shared/identity/messages.ts';
import { transcriptOf } from '../../shared/identity/proof.ts';
import type { EnrolmentOptions, Peer } from '../enrolment.ts';
import type { NodeRow } from '../nodes/row.ts';
import { canonicalAddress } from './address.ts';
import { checkClock, requireAddress } from './caller.ts';
import { createBoundedMap, type Rates } from './rates.ts';
import { checkBeginReturn, checkFinishReturn } from './requests.ts';

export interface Returning {
  /** @throws VentError INVALID_INPUT, BUSY, CLOCK_SKEW, DEVICE_REFUSED */
  beginReturn(request: BeginReturnRequest, peer: Peer): Promise<BeginAnswer>;
  /** @returns a certificate for the new key, PEM, leaf first @throws VentError INVALID_INPUT, BUSY, DEVICE_REFUSED, PROVIDER_FAILED */
  finishReturn(request: FinishReturnRequest, peer: Peer): Promise<string>;
}

interface Challenge {
  readonly request: BeginReturnRequest;
  readonly serverNonce: Uint8Array;
  readonly expiresAt: number;
}

const CHALLENGE_MILLISECONDS = 60_000;

function refuse(nodeId: string, cause: string, hint: string): VentError {
  return new VentError('DEVICE_REFUSED', `cannot let node ${nodeId} return: ${cause}`, { hint, retry: 'backoff' });
}

/** @param issue gives the node a certificate for the key, which is the known one from then on */
export function createReturning(
  options: EnrolmentOptions,
  rates: Rates,
  issue: (nodeId: string, spki: Uint8Array) => Promise<string>,
): Returning {
  const { audit, clock, log } = options;
  const challenges = createBoundedMap<Challenge>(options.limits.remembered);

  async function beginReturn(unchecked: BeginReturnRequest, peer: Peer): Promise<BeginAnswer> {
    rates.admit(requireAddress(peer));
    const request = checkBeginReturn(unchecked);
    checkClock(request.clockUnixMilliseconds, clock.now());
    for (const spki of [request.spki, request.knownSpki]) readPublicKey(spki);
    await requireKnown(options, request);
    const challengeId = randomBytes(16).toString('hex');
    const serverNonce = randomBytes(32);
    challenges.set(challengeId, { request, serverNonce, expiresAt: clock.now() + CHALLENGE_MILLISECONDS });
    return { challengeId, serverNonce };
  }

  async function finishReturn(unchecked: FinishReturnRequest, peer: Peer): Promise<string> {
    const address = requireAddress(peer);
    rates.admit(address);
    const answer = checkFinishReturn(unchecked);
    const challenge = challenges.get(answer.challengeId);
    challenges.delete(answer.challengeId);
    if (challenge === undefined || challenge.expiresAt <= clock.now())
      throw new VentError('DEVICE_REFUSED', 'cannot return: the challenge is unknown, was used or is older than 60 s', {
        hint: 'Begin again.',
        retry: 'backoff',
      });
    const { request } = challenge;
    const node = await requireKnown(options, request);
    if (!isProved(challenge, answer, peer)) {
      rates.recordFailure(address);
      log.warn('a returning node did not prove its key', { address, node: node.name });
      throw refuse(node.id, 'it does not prove its keys', 'Was the machine copied without its key?');
    }
    await checkAddress(options, node, address);
    await audit.append({ actor: `node:${node.id}`, action: 'return', subject: `node:${node.id}`, result: 'done' });
    const chain = await issue(node.id, request.spki);
    log.info('a node returned', { node: node.name, address });
    return chain;
  }

  return { beginReturn, finishReturn };
}

/** The node, if one of the two keys is the one it is known by. @throws VentError DEVICE_REFUSED */
async function requireKnown({ nodes }: EnrolmentOptions, request: BeginReturnRequest): Promise<NodeRow> {
  const node = (await nodes.get(request.nodeId))?.value;
  if (node === undefined)
    throw refuse(request.nodeId, 'there is no such node', 'It was deprovisioned: give the machine new userdata.');
  if (node.banned === true) throw refuse(node.id, 'it is banned', 'Only an operator can let it in again.');
  if (![request.spki, request.knownSpki].some((spki) => keyIdOf(spki) === node.spki))
    throw refuse(node.id, 'its key is not the one it was known by last', 'If the machine was copied, remove the copy.');
  return node;
}

/** Its addresses as they were when it enrolled; the provider is asked only when they are not. @throws VentError DEVICE_REFUSED, PROVIDER_FAILED */
async function checkAddress(options: EnrolmentOptions, node: NodeRow, address: string): Promise<void> {
  const known = [node.privateAddress.address, node.publicAddress?.address];
  if (known.some((one) => one !== undefined && canonicalAddress(one) === address)) return;
  const device = await options.provider().device(node.deviceId);
  const given = device?.addresses.filter((entry) => entry.management) ?? [];
  if (given.some((entry) => canonicalAddress(entry.address) === address)) return;
  throw refuse(node.id, `the call came from ${address}, which is none of its addresses`, 'Is there a NAT in between?');
}

function isProved({ request, serverNonce }: Challenge, answer: FinishReturnRequest, peer: Peer): boolean {
  const transcript = transcriptOf({
    serverSpki: peer.serverSpki,
    spki: request.spki,
    deviceId: returnSubject(request.nodeId),
    clientNonce: request.clientNonce,
    serverNonce,
  });
  return (
    isSignedBy(readPublicKey(request.spki), transcript, answer.signature) &&
    isSignedBy(readPublicKey(request.knownSpki), transcript, answer.knownSignature)
  );
}
