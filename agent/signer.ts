/** Whose signature counts: the keys whose certificates Vent's root issued for signing documents. */
import { createHash, type KeyObject, type X509Certificate } from 'node:crypto';
import { isIssuedBy, parseCertificates } from './kinds/steps/x509.ts';

export interface Trusted {
  /** PEM of Vent's roots; two while they rotate. */
  readonly roots: string;
  /** PEM certificates of the keys that may sign documents; two while they rotate. */
  readonly signers: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** False for the machine's own disk. */
  readonly isFromWire: boolean;
}

/** @param refuse throws, saying why */
export function findSigner(
  keyId: string,
  { roots, signers, now, isFromWire }: Trusted,
  refuse: (cause: string) => never,
): KeyObject {
  const signer = (parseCertificates(signers) ?? []).find((certificate) => keyIdOf(certificate) === keyId);
  if (signer === undefined) return refuse('its key is not known');
  const issuers = parseCertificates(roots) ?? [];
  if (!issuers.some((root) => isIssuedBy(signer, root))) refuse("its key's certificate is not issued by Vent's root");
  if (signer.publicKey.asymmetricKeyType !== 'ed25519' || signer.ca) refuse('its key may not sign documents');
  const isCurrent = signer.validFromDate.getTime() <= now && now < signer.validToDate.getTime();
  if (isFromWire && !isCurrent) refuse("its key's certificate is not valid now");
  return signer.publicKey;
}

function keyIdOf(certificate: X509Certificate): string {
  return createHash('sha256')
    .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex');
}
