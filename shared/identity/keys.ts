/** Keys as both sides name, carry and check them. */
import { createHash, createPublicKey, generateKeyPair, type KeyObject, sign, verify } from 'node:crypto';
import { promisify } from 'node:util';
import { VentError } from '../errors.ts';

const generatePair = promisify(generateKeyPair);

/** Curves an agent's key may be on, by OpenSSL's names for P-256 and P-384. */
const CURVES = ['prime256v1', 'secp384r1'];

/** @returns a new private key on P-256 */
export async function generateKey(): Promise<KeyObject> {
  const { privateKey } = await generatePair('ec', { namedCurve: 'prime256v1' });
  return privateKey;
}

/** @returns a new private Ed25519 key, as documents are signed with */
export async function generateSigningKey(): Promise<KeyObject> {
  const { privateKey } = await generatePair('ed25519');
  return privateKey;
}

/** The public half of a private or public key: SubjectPublicKeyInfo in DER (RFC 5280, 4.1.2.7). */
export function spkiOf(key: KeyObject): Uint8Array {
  const publicKey = key.type === 'private' ? createPublicKey(key) : key;
  return publicKey.export({ type: 'spki', format: 'der' });
}

/** @returns what names a key everywhere: hex SHA-256 of its SPKI */
export function keyIdOf(spki: Uint8Array): string {
  return createHash('sha256').update(spki).digest('hex');
}

/** PKCS #8 in PEM. */
export function encodePrivateKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/**
 * Reads a public key that somebody presents.
 * @param spki DER
 * @throws VentError INVALID_INPUT unless it is P-256 or P-384 in the one encoding that its key id is taken of
 */
export function readPublicKey(spki: Uint8Array): KeyObject {
  let key: KeyObject | undefined;
  try {
    key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
  } catch {
    key = undefined;
  }
  const curve = key?.asymmetricKeyDetails?.namedCurve ?? '';
  if (key === undefined || !CURVES.includes(curve) || !Buffer.from(spki).equals(spkiOf(key)))
    throw new VentError('INVALID_INPUT', 'cannot use the public key: it is not a P-256 or P-384 key in DER', {
      hint: 'Let the agent make its own key.',
    });
  return key;
}

/** ECDSA with SHA-256, DER, or Ed25519, as the key's type asks; off the event loop. */
export function signBytes(key: KeyObject, bytes: Uint8Array): Promise<Uint8Array> {
  const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
  sign(digestFor(key), bytes, key, (error, signature) => (error === null ? resolve(signature) : reject(error)));
  return promise;
}

/** @returns false for anything that is not a signature of these bytes by that key */
export function isSignedBy(key: KeyObject, bytes: Uint8Array, signature: Uint8Array): boolean {
  return verify(digestFor(key), bytes, key, signature);
}

function digestFor(key: KeyObject): 'sha256' | null {
  return key.asymmetricKeyType === 'ed25519' ? null : 'sha256';
}
