import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Exchange, isProof, makeProof, storedKeyOf, transcriptOf } from '../../../shared/identity/proof.ts';

const bytes32 = fc.uint8Array({ minLength: 32, maxLength: 32 });
const exchanges: fc.Arbitrary<Exchange> = fc.record({
  serverSpki: fc.uint8Array({ maxLength: 40 }),
  spki: fc.uint8Array({ maxLength: 40 }),
  deviceId: fc.string({ maxLength: 12 }),
  clientNonce: bytes32,
  serverNonce: bytes32,
});

describe('the proof of a token', () => {
  it('is accepted by whoever holds the stored key', () =>
    fc.assert(
      fc.property(bytes32, exchanges, (secret, exchange) => {
        const transcript = transcriptOf(exchange);
        assert.ok(isProof(storedKeyOf(secret), transcript, makeProof(secret, transcript)));
      }),
    ));

  it('fits no other exchange', () =>
    fc.assert(
      fc.property(bytes32, exchanges, exchanges, (secret, one, other) => {
        fc.pre(!Buffer.from(transcriptOf(one)).equals(transcriptOf(other)));
        assert.ok(!isProof(storedKeyOf(secret), transcriptOf(other), makeProof(secret, transcriptOf(one))));
      }),
    ));

  it('needs the secret: neither another one nor the stored key will do', () =>
    fc.assert(
      fc.property(bytes32, bytes32, exchanges, (secret, other, exchange) => {
        fc.pre(!Buffer.from(secret).equals(other));
        const transcript = transcriptOf(exchange);
        assert.ok(!isProof(storedKeyOf(secret), transcript, makeProof(other, transcript)));
        assert.ok(!isProof(storedKeyOf(secret), transcript, makeProof(storedKeyOf(secret), transcript)));
      }),
    ));

  it('is refused when it is random, short or long', () =>
    fc.assert(
      fc.property(bytes32, exchanges, fc.uint8Array({ maxLength: 64 }), (secret, exchange, proof) => {
        assert.ok(!isProof(storedKeyOf(secret), transcriptOf(exchange), proof));
      }),
    ));

  it('is made as it was when machines in the field learnt it', () => {
    const secret = Buffer.alloc(32, 7);
    const transcript = transcriptOf({
      serverSpki: Buffer.from('server'),
      spki: Buffer.from('agent'),
      deviceId: 'device-1',
      clientNonce: Buffer.alloc(32, 1),
      serverNonce: Buffer.alloc(32, 2),
    });
    assert.equal(
      Buffer.from(makeProof(secret, transcript)).toString('hex'),
      '83b3b71375251526debc14d0ad3d91f1332b7ddbefd504b59c65e9c64221f5a4',
    );
  });

  it('binds every field, wherever the border between two lies', () => {
    const base = { serverSpki: Buffer.from('s'), spki: Buffer.from('a'), serverNonce: Buffer.alloc(32) };
    const one = transcriptOf({ ...base, deviceId: 'ab', clientNonce: Buffer.from('c') });
    const other = transcriptOf({ ...base, deviceId: 'a', clientNonce: Buffer.from('bc') });
    assert.notDeepEqual(one, other);
  });
});
