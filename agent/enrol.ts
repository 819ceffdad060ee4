/** The agent's side of enrolment: it asks until it has an identity, however often either side or the network fails. */
import { randomBytes, X509Certificate } from 'node:crypto';
import { createBackoff, RECONNECT } from '../shared/backoff.ts';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import { encodePrivateKey, signBytes, spkiOf } from '../shared/identity/keys.ts';
import type {
  BeginAnswer,
  BeginRequest,
  BeginReturnRequest,
  FinishAnswer,
  FinishRequest,
  FinishReturnRequest,
} from '../shared/identity/messages.ts';
import { makeProof, transcriptOf } from '../shared/identity/proof.ts';
import { parseSecret } from '../shared/identity/tokens.ts';
import type { Logger } from '../shared/log.ts';
import type { AgentConfig, Identity, IdentityStore } from './identity.ts';

/** One connection to an enrol port, which showed a certificate that chains to the roots in the configuration. */
export interface EnrolTransport {
  begin(request: BeginRequest): Promise<BeginAnswer>;
  finish(request: FinishRequest): Promise<FinishAnswer>;
  beginReturn(request: BeginReturnRequest): Promise<BeginAnswer>;
  /** @returns PEM, leaf first */
  finishReturn(request: FinishReturnRequest): Promise<string>;
  /** SPKI of the certificate that the server showed on this connection, DER; known once `begin` was answered. */
  serverSpki(): Uint8Array;
  close(): void;
}

export interface EnrolOptions {
  readonly identity: IdentityStore;
  /** @param address `host:port` @param roots PEM */
  connect(address: string, roots: string): EnrolTransport;
  readonly agentVersion: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** What only a person can put right is asked for seldom; it may be put right at any time. */
const SLOW_MILLISECONDS = 60_000;

/**
 * Makes this machine a node and saves what it was told.
 * @throws VentError NOT_FOUND or INVALID_INPUT for an unusable configuration; the signal's reason when it aborts
 */
export async function enrol(options: EnrolOptions, signal: AbortSignal): Promise<Identity> {
  const { identity, clock, log, random } = options;
  const config = await identity.config();
  parseSecret(config.secret);
  const backoff = createBackoff(RECONNECT, random);
  for (let attempt = 0; ; attempt += 1) {
    signal.throwIfAborted();
    const address = config.enrol[attempt % config.enrol.length] ?? '';
    try {
      const enrolled = await askOnce(options, config, address);
      log.info('enrolled', { node: enrolled.nodeName, cluster: enrolled.clusterName });
      return enrolled;
    } catch (thrown) {
      const error = VentError.from(thrown);
      const pause = error.retry === 'never' ? SLOW_MILLISECONDS * (1 + random()) : backoff.next();
      const seconds = Math.round(pause / 1000);
      log.warn('enrolment failed', { address, code: error.code, cause: error.message, hint: error.hint, seconds });
      await clock.wait(pause, signal);
    }
  }
}

async function askOnce(options: EnrolOptions, config: AgentConfig, address: string): Promise<Identity> {
  const key = await options.identity.nextKey();
  const transport = options.connect(address, config.roots);
  try {
    options.log.info('enrolling', { address, device: config.deviceId });
    const request: BeginRequest = {
      tokenId: config.tokenId,
      deviceId: config.deviceId,
      spki: spkiOf(key),
      clientNonce: randomBytes(32),
      agentVersion: options.agentVersion,
      clockUnixMilliseconds: options.clock.now(),
    };
    const { challengeId, serverNonce } = await transport.begin(request);
    const transcript = transcriptOf({ ...request, serverNonce, serverSpki: transport.serverSpki() });
    const answer = await transport.finish({
      challengeId,
      proof: makeProof(parseSecret(config.secret), transcript),
      signature: await signBytes(key, transcript),
    });
    checkChain(answer.certificateChain, request.spki);
    const { trust, certificateChain: chain, ...told } = answer;
    const identity: Identity = { ...told, chain, key: encodePrivateKey(key) };
    // In this order: whoever finds an identity finds what to trust.
    await options.identity.saveTrust(trust);
    await options.identity.save(identity);
    return identity;
  } finally {
    transport.close();
  }
}

/** @throws VentError INVALID_INPUT unless the leaf is for the key whose SPKI is given */
export function checkChain(chain: string, spki: Uint8Array): void {
  let leaf: X509Certificate | undefined;
  try {
    leaf = new X509Certificate(chain);
  } catch {
    leaf = undefined;
  }
  if (leaf === undefined || !Buffer.from(spki).equals(spkiOf(leaf.publicKey)))
    throw new VentError('INVALID_INPUT', 'cannot use the certificate: it is not for the key that was sent');
}
