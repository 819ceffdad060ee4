/** A root, a signer and signed documents, as a coordinator makes them. */
import { createHash, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createFakeAuthority, type FakeAuthority } from '../../agent/fake/authority.ts';
import { encodeDocument, type NodeDocument, type SignedDocument } from '../../shared/document.ts';

export interface Signer {
  readonly key: KeyObject;
  /** PEM. */
  readonly certificate: string;
  sign(document: NodeDocument): SignedDocument;
}

export const NOON = Date.parse('2030-01-01T12:00:00.000Z');
const DAY = 86_400_000;

/** @param to end of the certificate's life, milliseconds since the epoch */
export function createSigner(root: FakeAuthority, to = NOON + DAY): Signer {
  const { privateKey: key } = generateKeyPairSync('ed25519');
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    key,
    certificate: root.issue(key, { commonName: 'vent document signing', from: NOON - DAY, to }),
    sign: (document) => signPayload(encodeDocument(document), key, createHash('sha256').update(spki).digest('hex')),
  };
}

function signPayload(payload: Uint8Array, key: KeyObject, keyId: string): SignedDocument {
  return { payload, signature: sign(null, payload, key), keyId };
}

export function createRoot(): FakeAuthority {
  return createFakeAuthority('vent root');
}
