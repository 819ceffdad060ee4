import { verify, X509Certificate } from 'node:crypto';
import { keyIdOf, spkiOf } from '../shared/identity/keys.ts';
import type { CatalogueSigner } from './artifacts/catalogue.ts';
import type { DocumentSigner } from './authority/authorities.ts';

/** The catalogue is signed with the key that signs documents: who may tell machines what to run may tell them what it is made of. */
export function createCatalogueSigner(signer: DocumentSigner): CatalogueSigner {
  const { publicKey } = new X509Certificate(signer.certificate);
  const keyId = keyIdOf(spkiOf(publicKey));
  return {
    keyId,
    sign: async (bytes) => (await signer.sign(bytes)).signature,
    verify: (bytes, signature, signedBy) => signedBy === keyId && verify(null, bytes, publicKey, signature),
  };
}
