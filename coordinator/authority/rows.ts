/** What the store keeps of authorities and of every certificate they signed. */
import * as z from 'zod';
import type { AuthorityName } from '../../shared/document.ts';

/** Who can be asked for a leaf: the three of documents, and Vent's own. */
export type IssuerName = AuthorityName | 'vent';

/** All authorities with a row; `vent-root` signs only `vent` and the document-signing certificate. */
export const AUTHORITY_NAMES = ['vent-root', 'vent', 'kubernetes', 'etcd', 'front-proxy'] as const;

/** A private key and its certificate. */
export const authoritySchema = z.strictObject({
  /** PEM. */
  certificate: z.string(),
  /** PKCS #8 in PEM, sealed. */
  key: z.string(),
});

const names = z.array(z.string());

/** Everything a signature is made over, so that the same certificate can be signed again after a crash. */
export const certificateSchema = z.strictObject({
  /** Upper-case hex. */
  serial: z.string(),
  authority: z.enum(['vent', 'kubernetes', 'etcd', 'front-proxy']),
  /** Node uuid, `coordinator`, or `operator:<name>`. */
  holder: z.string(),
  /** What it is to its holder: the certificate resource's name, `agent`, `server`, `operator`. */
  name: z.string(),
  commonName: z.string(),
  organizations: names,
  dnsNames: names,
  addresses: names,
  uris: names,
  usages: z.array(z.enum(['server', 'client'])).min(1),
  /** DER in base64. */
  spki: z.string(),
  /** RFC 3339. */
  notBefore: z.iso.datetime(),
  notAfter: z.iso.datetime(),
  /** PEM, leaf first; absent until it is signed. */
  chain: z.string().optional(),
});

export type CertificateRow = z.infer<typeof certificateSchema>;
