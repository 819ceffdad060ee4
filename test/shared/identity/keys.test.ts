import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { VentError } from '../../../shared/errors.ts';
import {
  encodePrivateKey,
  generateKey,
  generateSigningKey,
  isSignedBy,
  keyIdOf,
  readPublicKey,
  signBytes,
  spkiOf,
} from '../../../shared/identity/keys.ts';

const isRefusal = (error: unknown) => error instanceof VentError && error.code === 'INVALID_INPUT';

describe('keys', () => {
  it('are read back from their SPKI and named by its hash', async () => {
    const key = await generateKey();
    const spki = spkiOf(key);
    assert.deepEqual(spkiOf(readPublicKey(spki)), spki);
    assert.match(keyIdOf(spki), /^[0-9a-f]{64}$/);
    assert.match(encodePrivateKey(key), /^-----BEGIN PRIVATE KEY-----\n/);
  });

  it('sign what only they have signed', async () => {
    for (const key of [await generateKey(), await generateSigningKey()]) {
      const bytes = Buffer.from('words');
      const signature = await signBytes(key, bytes);
      assert.ok(isSignedBy(key, bytes, signature));
      assert.ok(!isSignedBy(key, Buffer.from('other words'), signature));
      assert.ok(!isSignedBy(await generateKey(), bytes, signature));
      assert.ok(!isSignedBy(key, bytes, Buffer.from('no signature')));
    }
  });

  it('may be on P-256 and P-384 only, in one encoding', () => {
    const onCurve = (namedCurve: string) => spkiOf(generateKeyPairSync('ec', { namedCurve }).privateKey);
    readPublicKey(onCurve('prime256v1'));
    readPublicKey(onCurve('secp384r1'));
    const refused = [
      onCurve('secp521r1'),
      onCurve('secp256k1'),
      spkiOf(generateKeyPairSync('ed25519').privateKey),
      spkiOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey),
      Buffer.concat([onCurve('prime256v1'), Buffer.from([0])]),
    ];
    for (const spki of refused) assert.throws(() => readPublicKey(spki), isRefusal);
  });

  it('refuse every other sequence of bytes', () =>
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => assert.throws(() => readPublicKey(bytes), isRefusal)),
    ));
});
