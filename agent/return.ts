/** The agent's way back when its certificate ended while the machine was off: the key it was known by last lets it in. */
import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { signBytes, spkiOf } from '../shared/identity/keys.ts';
import { returnSubject } from '../shared/identity/messages.ts';
import { transcriptOf } from '../shared/identity/proof.ts';
import type { EnrolTransport } from './enrol.ts';
import type { Identity } from './identity.ts';

export interface ReturnOptions {
  /** `host:port` of enrol ports. */
  readonly addresses: readonly string[];
  /** @param address `host:port` */
  connect(address: string): EnrolTransport;
  readonly clock: Clock;
}

/** Whether the identity's certificate cannot open a connection any more. @param now milliseconds since the epoch */
export function hasEnded({ chain }: Identity, now: number): boolean {
  return Date.parse(new X509Certificate(chain).validTo) <= now;
}

/** @returns a certificate for `key`, PEM, leaf first @throws VentError of the last address when none gave one */
export async function returnAsNode(options: ReturnOptions, identity: Identity, key: KeyObject): Promise<string> {
  let failure: unknown;
  for (const address of options.addresses) {
    try {
      return await askOnce(options, address, identity, key);
    } catch (thrown) {
      failure = thrown;
    }
  }
  throw failure;
}

async function askOnce(options: ReturnOptions, address: string, identity: Identity, key: KeyObject): Promise<string> {
  const known = createPrivateKey(identity.key);
  const request = {
    nodeId: identity.nodeId,
    spki: spkiOf(key),
    knownSpki: spkiOf(known),
    clientNonce: randomBytes(32),
    clockUnixMilliseconds: options.clock.now(),
  };
  const transport = options.connect(address);
  try {
    const { challengeId, serverNonce } = await transport.beginReturn(request);
    const transcript = transcriptOf({
      ...request,
      deviceId: returnSubject(identity.nodeId),
      serverNonce,
      serverSpki: transport.serverSpki(),
    });
    const [signature, knownSignature] = await Promise.all([signBytes(key, transcript), signBytes(known, transcript)]);
    return await transport.finishReturn({ challengeId, signature, knownSignature });
  } finally {
    transport.close();
  }
}
