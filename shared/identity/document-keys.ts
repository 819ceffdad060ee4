/** Which keys may sign documents: those whose certificate Vent's root issued for just that. */
import { type KeyObject, X509Certificate } from 'node:crypto';
import { VentError } from '../errors.ts';
import { keyIdOf, spkiOf } from './keys.ts';
import { splitPem } from './pem.ts';

/** Extended key usage of document-signing certificates: id-kp-codeSigning (RFC 5280, 4.2.1.12), which no TLS certificate has. */
export const DOCUMENT_SIGNING_USAGE = '1.3.6.1.5.5.7.3.3';

/**
 * The signing keys that a trust bundle vouches for, by key id.
 * @param certificates PEM of document-signing certificates
 * @param roots PEM of Vent's roots
 * @param now milliseconds since the epoch
 * @throws VentError DOCUMENT_REFUSED when a certificate cannot be read
 */
export function readDocumentKeys(certificates: string, roots: string, now: number): ReadonlyMap<string, KeyObject> {
  const trusted = readAll(roots);
  const keys = readAll(certificates)
    .filter((certificate) => isVouchedFor(certificate, trusted, now))
    .map(({ publicKey }): [string, KeyObject] => [keyIdOf(spkiOf(publicKey)), publicKey]);
  return new Map(keys);
}

function isVouchedFor(certificate: X509Certificate, roots: readonly X509Certificate[], now: number): boolean {
  const isCurrent = Date.parse(certificate.validFrom) <= now && now <= Date.parse(certificate.validTo);
  return (
    isCurrent &&
    !certificate.ca &&
    certificate.publicKey.asymmetricKeyType === 'ed25519' &&
    certificate.keyUsage?.includes(DOCUMENT_SIGNING_USAGE) === true &&
    roots.some((root) => root.ca && certificate.checkIssued(root) && certificate.verify(root.publicKey))
  );
}

function readAll(text: string): readonly X509Certificate[] {
  try {
    return splitPem(text).map((block) => new X509Certificate(block));
  } catch (cause) {
    throw new VentError('DOCUMENT_REFUSED', 'cannot read the certificates of the document-signing keys', { cause });
  }
}
