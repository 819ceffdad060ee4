/** The agent's certificate is replaced long before it ends, with a new key each time; a failure blocks nothing. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { type BackoffLimits, createBackoff } from '../shared/backoff.ts';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import { encodePrivateKey, signBytes, spkiOf } from '../shared/identity/keys.ts';
import { renewalStatement } from '../shared/identity/messages.ts';
import type { Logger } from '../shared/log.ts';
import { checkChain } from './enrol.ts';
import type { Identity, IdentityStore } from './identity.ts';
import { hasEnded } from './return.ts';

export interface RenewalOptions {
  readonly identity: IdentityStore;
  /** Asks over the connection that the present certificate opened. @param signature by the new key, over `renewalStatement` @returns PEM, leaf first */
  renew(spki: Uint8Array, signature: Uint8Array): Promise<string>;
  /** Asks with the present key alone, because its certificate has ended. @returns PEM, leaf first */
  comeBack(identity: Identity, key: KeyObject): Promise<string>;
  /** Called once the new identity is on the disk. */
  onRenewed(identity: Identity): void;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

const PERIOD_MILLISECONDS = 12 * 3_600_000;
const RETRY: BackoffLimits = { base: 10_000, factor: 2, cap: 900_000 };

/** Renews for as long as the agent runs. @throws VentError NOT_FOUND when the machine has not enrolled */
export async function runRenewal(options: RenewalOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, random } = options;
  const backoff = createBackoff(RETRY, random);
  let identity = await requireIdentity(options.identity);
  while (!signal.aborted) {
    try {
      // Counted from the certificate, so that restarts of the agent do not put it off; a tenth apart, so that machines spread.
      const due =
        Date.parse(new X509Certificate(identity.chain).validFrom) + PERIOD_MILLISECONDS * (0.9 + 0.2 * random());
      await clock.wait(Math.max(0, due - clock.now()), signal);
      identity = await renewOnce(options, identity);
      backoff.reset();
      log.info('agent certificate renewed', { node: identity.nodeName });
    } catch (thrown) {
      if (signal.aborted) return;
      const error = VentError.from(thrown);
      log.warn('agent certificate could not be renewed', { code: error.code, cause: error.message });
      await clock.wait(backoff.next(), signal).catch(() => undefined);
    }
  }
}

async function requireIdentity(store: IdentityStore): Promise<Identity> {
  const identity = await store.load();
  if (identity === undefined) throw new VentError('NOT_FOUND', 'cannot renew the identity: there is none yet');
  return identity;
}

async function renewOnce(options: RenewalOptions, current: Identity): Promise<Identity> {
  const key = await options.identity.nextKey();
  const spki = spkiOf(key);
  const chain = hasEnded(current, options.clock.now())
    ? await options.comeBack(current, key)
    : await options.renew(spki, await signBytes(key, renewalStatement(current.nodeId)));
  checkChain(chain, spki);
  const identity: Identity = { ...current, chain, key: encodePrivateKey(key) };
  await options.identity.save(identity);
  options.onRenewed(identity);
  return identity;
}
