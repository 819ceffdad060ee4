/** Reading PEM bundles and certificates with node:crypto, which also does every check of a signature. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { ResourceOf } from '../../../shared/document.ts';

/** OIDs of extended key usages (RFC 5280 §4.2.1.12). */
const USAGES = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const;

export interface PemBundle {
  readonly key: KeyObject | undefined;
  /** Leaf first. */
  readonly chain: readonly X509Certificate[];
}

/** Certificates in the order they stand in; undefined when one of them cannot be read. */
export function parseCertificates(pem: string): readonly X509Certificate[] | undefined {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  try {
    return blocks.map((block) => new X509Certificate(block));
  } catch {
    return undefined;
  }
}

/** A combined file of private key, leaf and chain; undefined when a part cannot be read. */
export function parseBundle(pem: string): PemBundle | undefined {
  const chain = parseCertificates(pem);
  const block = /-----BEGIN PRIVATE KEY-----[\s\S]+?-----END PRIVATE KEY-----/.exec(pem)?.[0];
  if (chain === undefined) return undefined;
  try {
    return { key: block === undefined ? undefined : createPrivateKey(block), chain };
  } catch {
    return undefined;
  }
}

/** True when each certificate is issued by the next and the last by one of the roots (or is one). */
export function reachesRoot(chain: readonly X509Certificate[], roots: readonly X509Certificate[]): boolean {
  const last = chain.at(-1);
  if (last === undefined) return false;
  const isLinked = chain.every((certificate, index) => {
    const issuer = chain[index + 1];
    return issuer === undefined || isIssuedBy(certificate, issuer);
  });
  return isLinked && roots.some((root) => root.raw.equals(last.raw) || isIssuedBy(last, root));
}

export function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
}

/** Why a leaf is not the one that the resource asks for, or undefined. */
export function compareLeaf(leaf: X509Certificate, wanted: ResourceOf<'certificate'>): string | undefined {
  const subject = leaf.toLegacyObject().subject;
  if (asList(subject.CN).join() !== wanted.commonName) return `it is for ${asList(subject.CN).join()}`;
  if (!isSameSet(asList(subject.O), wanted.organizations)) return 'its organisations differ';
  const names = leaf.subjectAltName?.split(', ') ?? [];
  const wantedNames = [
    ...wanted.dnsNames.map((name) => `DNS:${name}`),
    ...wanted.addresses.map((ip) => `IP Address:${ip}`),
  ];
  if (!isSameSet(names, wantedNames)) return 'its names differ';
  const usages = wanted.usages.map((usage) => USAGES[usage]);
  return isSameSet(leaf.keyUsage ?? [], usages) ? undefined : 'its usages differ';
}

function asList(value: string | readonly string[] | undefined): readonly string[] {
  if (value === undefined) return [];
  return typeof value === 'string' ? [value] : value;
}

function isSameSet(left: readonly string[], right: readonly string[]): boolean {
  return left.every((value) => right.includes(value)) && right.every((value) => left.includes(value));
}
