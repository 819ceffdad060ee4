import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { createFakeHost } from '../../agent/host/fake/host.ts';
import { createIdentityStore, type Identity } from '../../agent/identity.ts';
import { runRenewal } from '../../agent/renewal.ts';
import { VentError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { encodePrivateKey, isSignedBy, keyIdOf, readPublicKey, spkiOf } from '../../shared/identity/keys.ts';
import { renewalStatement } from '../../shared/identity/messages.ts';
import { createWorld, enrol, prepareAttempt } from '../coordinator/enrolment/world.ts';

const HOUR = 3_600_000;

async function setUp(fail: () => boolean = () => false) {
  const world = await createWorld();
  const attempt = await prepareAttempt(world);
  const { trust: _, certificateChain: chain, ...told } = await enrol(world, attempt);
  const identity = createIdentityStore(createFakeHost().files);
  await identity.save({ ...told, chain, key: encodePrivateKey(attempt.key) });
  const renewed = Promise.withResolvers<Identity>();
  const ending = new AbortController();
  const asked: string[] = [];
  const running = runRenewal(
    {
      identity,
      async renew(spki, signature) {
        assert.ok(isSignedBy(readPublicKey(spki), renewalStatement(told.nodeId), signature));
        asked.push(keyIdOf(spki));
        const answer = await world.enrolment.renew(told.nodeId, spki);
        if (fail()) throw new VentError('UNAVAILABLE', 'cannot renew: no answer', { retry: 'backoff' });
        return answer;
      },
      comeBack: async () => assert.fail('the certificate has not ended'),
      onRenewed: renewed.resolve,
      clock: world.clock,
      random: () => 0.5,
      log: silentLog,
    },
    ending.signal,
  );
  const end = async (): Promise<void> => {
    ending.abort();
    await running;
  };
  return { world, identity, attempt, told, asked, renewed: renewed.promise, end };
}

describe('the renewal of an agent', () => {
  it('comes after twelve hours, with a new key, for the same node', async () => {
    const { world, identity, attempt, told, renewed, end } = await setUp();
    await world.clock.advance(11 * HOUR);
    assert.equal((await identity.load())?.key, encodePrivateKey(attempt.key));
    await world.clock.advance(HOUR);
    const next = await renewed;
    assert.deepEqual(await identity.load(), next);
    assert.notEqual(next.key, encodePrivateKey(attempt.key));
    assert.equal(new X509Certificate(next.chain).subject, `CN=${told.nodeId}`);
    await end();
  });

  it('is asked for again, with the same key, until it is answered', async () => {
    let failures = 3;
    const { world, told, asked, renewed, end } = await setUp(() => {
      failures -= 1;
      return failures >= 0;
    });
    // Time only passes while the agent waits, or the certificate would end while a key is being made.
    while (asked.length < 4) await (world.clock.waiting() === 0 ? setImmediate() : world.clock.advance(HOUR));
    const leaf = new X509Certificate((await renewed).chain);
    assert.deepEqual(asked, Array(4).fill(keyIdOf(spkiOf(leaf.publicKey))));
    assert.equal((await world.nodes.get(told.nodeId))?.value.certificate, leaf.serialNumber);
    await end();
  });

  it('is not for machines that have not enrolled', async () => {
    const { world, end } = await setUp();
    const identity = createIdentityStore(createFakeHost().files);
    const options = {
      identity,
      renew: async () => '',
      comeBack: async () => '',
      onRenewed() {},
      clock: world.clock,
      random: () => 0,
      log: silentLog,
    };
    const running = runRenewal(options, new AbortController().signal);
    await assert.rejects(running, (error) => error instanceof VentError && error.code === 'NOT_FOUND');
    await end();
  });
});
