import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { ENROLMENT_LIMITS } from '../../../coordinator/enrolment/rates.ts';
import { VentError } from '../../../shared/errors.ts';
import { generateKey } from '../../../shared/identity/keys.ts';
import {
  beginRequest,
  createWorld,
  enrol,
  makeDevice,
  peer,
  prepareAttempt,
  prepareOpenAttempt,
  wide,
} from './world.ts';

const isError =
  (code: string, words = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof VentError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  };
const MINUTE = 60_000;

describe('a token is refused', () => {
  it('when it is unknown, expired or revoked', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    await assert.rejects(enrol(world, { ...attempt, tokenId: '0123456789abcdef' }), isError('TOKEN_REFUSED', /none/));
    await world.tokens.revoke(attempt.tokenId, 'operator:ada');
    await assert.rejects(enrol(world, attempt), isError('TOKEN_REFUSED', /revoked/));
    const other = await prepareAttempt(world);
    await world.clock.advance(60 * MINUTE);
    await assert.rejects(enrol(world, other), isError('TOKEN_REFUSED', /expired/));
  });

  it('when the secret is wrong, without saying it', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    await assert.rejects(enrol(world, { ...attempt, secret: 'ab'.repeat(32) }), isError('TOKEN_REFUSED', /proof/));
    await enrol(world, attempt);
  });
});

describe('a challenge', () => {
  it('can be answered once and for a minute', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    const request = await beginRequest(world, attempt);
    const answer = { proof: randomBytes(32), signature: randomBytes(70) };
    const { challengeId } = await world.enrolment.begin(request, peer);
    await assert.rejects(world.enrolment.finish({ challengeId, ...answer }, peer), isError('TOKEN_REFUSED', /proof/));
    await assert.rejects(
      world.enrolment.finish({ challengeId, ...answer }, peer),
      isError('TOKEN_REFUSED', /challenge/),
    );
    const late = await world.enrolment.begin(request, peer);
    await world.clock.advance(MINUTE);
    await assert.rejects(world.enrolment.finish({ ...late, ...answer }, peer), isError('TOKEN_REFUSED', /challenge/));
  });
});

describe('a device is refused', () => {
  it('when the provider does not know it, or is taking it away', async () => {
    const world = await createWorld();
    const attempt = await prepareOpenAttempt(world);
    await assert.rejects(enrol(world, { ...attempt, deviceId: 'd9' }), isError('DEVICE_REFUSED', /does not know/));
    world.devices.set('d1', makeDevice('d1', world.clock.now(), { state: 'deprovisioning' }));
    await assert.rejects(enrol(world, attempt), isError('DEVICE_REFUSED', /deprovisioning/));
  });

  it('when it is a node already, whatever token it brings', async () => {
    const world = await createWorld();
    await enrol(world, await prepareAttempt(world));
    await assert.rejects(enrol(world, await prepareAttempt(world)), isError('DEVICE_REFUSED', /node worker already/));
  });

  it('while the provider does not answer, and its token stays good', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    world.faults.provider = new VentError('PROVIDER_FAILED', 'cannot read device d1: no answer', { retry: 'backoff' });
    await assert.rejects(enrol(world, attempt), isError('PROVIDER_FAILED'));
    world.faults.provider = undefined;
    await enrol(world, attempt);
  });
});

describe('a clock', () => {
  it('may be five minutes off, and beyond that both times are named', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    const request = await beginRequest(world, attempt);
    for (const skew of [-5 * MINUTE, 5 * MINUTE])
      await world.enrolment.begin({ ...request, clockUnixMilliseconds: world.clock.now() + skew }, peer);
    for (const [time, words] of [
      [0, /machine says 1970-01-01T00:00:00.000Z, the coordinator 2030-01-01/],
      [world.clock.now() + 5 * MINUTE + 1, /2030-01-01T00:05:00.001Z/],
      [world.clock.now() - 5 * MINUTE - 1, /2029-12-31/],
    ] as const)
      await assert.rejects(
        world.enrolment.begin({ ...request, clockUnixMilliseconds: time }, peer),
        isError('CLOCK_SKEW', words),
      );
  });
});

describe('calls', () => {
  it('are counted per address and in all', async () => {
    const world = await createWorld(undefined, { ...ENROLMENT_LIMITS, globalRate: 8 });
    const request = await beginRequest(world, await prepareAttempt(world));
    const call = (address: string) => world.enrolment.begin(request, { ...peer, address });
    for (let count = 0; count < 5; count += 1) await call('10.0.0.3');
    await assert.rejects(call('10.0.0.3'), isError('BUSY', /from 10\.0\.0\.3/));
    for (let count = 0; count < 3; count += 1) await call('10.0.0.5');
    await assert.rejects(call('10.0.0.5'), isError('BUSY', /too many machines/));
    await world.clock.advance(1000);
    await call('10.0.0.3');
    await assert.rejects(call('10.0.0.3'), isError('BUSY'));
  });

  it('are locked out for ten minutes after ten wrong proofs', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    const wrong = { ...attempt, secret: 'ab'.repeat(32) };
    for (let count = 0; count < 10; count += 1) await assert.rejects(enrol(world, wrong), isError('TOKEN_REFUSED'));
    await assert.rejects(enrol(world, attempt), isError('BUSY', /10 wrong proofs/));
    await world.clock.advance(10 * MINUTE);
    await enrol(world, attempt);
  });
});

/** What a field may hold: nothing sensible. */
const rubbish = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc.string({ maxLength: 300 }),
  fc.anything(),
  fc.double(),
  fc.constantFrom('__proto__', '../..', '', '\u0000'),
);

describe('rubbish', () => {
  it('in any field of any call gives a VentError that is no defect', async () => {
    const world = await createWorld(undefined, { ...wide, failures: 1e6 });
    const attempt = { ...(await prepareAttempt(world)), key: await generateKey() };
    const request = await beginRequest(world, attempt);
    const begin = fc.constantFrom(...Object.keys(request));
    const refuses = async (call: Promise<unknown>): Promise<void> => {
      const thrown = await call.then(
        () => undefined,
        (error: unknown) => error,
      );
      if (thrown === undefined) return;
      assert.ok(thrown instanceof VentError, String(thrown));
      assert.notEqual(thrown.code, 'BUG', thrown.message);
    };
    await fc.assert(
      fc.asyncProperty(begin, rubbish, async (field, value) => {
        await refuses(world.enrolment.begin({ ...request, [field]: value }, peer));
        await refuses(world.enrolment.begin(request, { ...peer, address: String(field) }));
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('challengeId', 'proof', 'signature'), rubbish, async (field, value) => {
        const { challengeId } = await world.enrolment.begin(request, peer);
        const answer = { challengeId, proof: randomBytes(32), signature: randomBytes(70), [field]: value };
        await refuses(world.enrolment.finish(answer, { ...peer, address: peer.address.replace('3', '4') }));
      }),
    );
  });
});
