/** A root and a server certificate for 127.0.0.1, as the coordinator issues them. */

import { makeSerial, type Purpose, type Signer, signCertificate } from '../../../coordinator/authority/x509.ts';
import { encodePrivateKey, generateKey, spkiOf } from '../../../shared/identity/keys.ts';
import { encodePem } from '../../../shared/identity/pem.ts';

const DAY = 86_400_000;

export interface ServerCredentials {
  /** PEM of the root. */
  readonly root: string;
  readonly cert: string;
  readonly key: string;
}

/** @param name common name of the root; two of one name are still strangers to each other */
export async function issueServer(name: string): Promise<ServerCredentials> {
  const [rootKey, key] = await Promise.all([generateKey(), generateKey()]);
  const issue = (commonName: string, spki: Uint8Array, purpose: Purpose, certificate: Signer['certificate']) =>
    signCertificate(
      {
        serial: makeSerial(),
        subject: { commonName, organizations: [] },
        names: { dnsNames: [], addresses: 'below' in purpose ? [] : ['127.0.0.1'], uris: [] },
        spki,
        notBefore: Date.now() - DAY,
        notAfter: Date.now() + DAY,
        purpose,
      },
      { key: rootKey, certificate },
    );
  const root = await issue(name, spkiOf(rootKey), { below: 1 }, undefined);
  const leaf = await issue('coordinator', spkiOf(key), { usages: ['server'] }, root);
  const cert = encodePem('CERTIFICATE', leaf);
  return { root: encodePem('CERTIFICATE', root), cert, key: encodePrivateKey(key) };
}
