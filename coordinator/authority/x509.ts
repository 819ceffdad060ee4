/** X.509 certificates (RFC 5280): what goes into one, as bytes, signed by a key of node:crypto. */
import { createHash, type KeyObject, randomBytes, X509Certificate } from 'node:crypto';
import { signBytes } from '../../shared/identity/keys.ts';
import * as der from './der.ts';

export interface Subject {
  readonly commonName: string;
  readonly organizations: readonly string[];
}

export interface AlternativeNames {
  readonly dnsNames: readonly string[];
  /** IPv4, dotted. */
  readonly addresses: readonly string[];
  readonly uris: readonly string[];
}

/** `sign-documents` stands alone: no TLS peer takes such a certificate. */
export type Usage = 'server' | 'client' | 'sign-documents';

/** What a certificate is for: an authority that may have `below` more beneath it, or a leaf. */
export type Purpose = { readonly below: number } | { readonly usages: readonly Usage[] };

export interface CertificateContent {
  /** Upper-case hex, as X509Certificate says it. */
  readonly serial: string;
  readonly subject: Subject;
  readonly names: AlternativeNames;
  /** SubjectPublicKeyInfo in DER. */
  readonly spki: Uint8Array;
  /** Milliseconds since the epoch; seconds count. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly purpose: Purpose;
}

/** Who signs: its key, and its certificate in DER, or none for one that signs itself. */
export interface Signer {
  readonly key: KeyObject;
  readonly certificate: Uint8Array | undefined;
}

/** Extended key usages (RFC 5280, 4.2.1.12). */
const USAGE_IDS: Readonly<Record<Usage, string>> = {
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
  // id-kp-codeSigning, which no TLS certificate has.
  'sign-documents': '1.3.6.1.5.5.7.3.3',
};

const ECDSA_WITH_SHA256 = '1.2.840.10045.4.3.2';

/** 128 bits, 126 of them random: positive, and of one length. */
export function makeSerial(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex').toUpperCase();
}

function encodeName(subject: Subject): der.Der {
  const part = (id: string, value: string): der.Der => der.set(der.sequence(der.objectId(id), der.text(value)));
  return der.sequence(
    ...subject.organizations.map((organization) => part('2.5.4.10', organization)),
    part('2.5.4.3', subject.commonName),
  );
}

function extension(id: string, value: der.Der, isCritical = false): der.Der {
  const critical = isCritical ? [der.boolean(true)] : [];
  return der.sequence(der.objectId(id), ...critical, der.octets(der.encodeDer(value)));
}

/** SHA-1 of the public key's bits (RFC 5280, 4.2.1.2, method 1): a name, not a defence. */
function keyIdentifier(spki: Uint8Array): Uint8Array {
  const element = der.elementsOf(der.decodeDer(spki))[1];
  const content = element === undefined ? new Uint8Array() : der.bitsOf(element);
  return createHash('sha1').update(content).digest();
}

function alternativeNames(names: AlternativeNames): readonly der.Der[] {
  const entries = [
    ...names.dnsNames.map((name) => der.tagged(2, Buffer.from(name, 'ascii'))),
    ...names.uris.map((uri) => der.tagged(6, Buffer.from(uri, 'ascii'))),
    ...names.addresses.map((address) => der.tagged(7, Uint8Array.from(address.split('.').map(Number)))),
  ];
  return entries.length === 0 ? [] : [extension('2.5.29.17', der.sequence(...entries))];
}

function purposeExtensions(purpose: Purpose): readonly der.Der[] {
  if ('below' in purpose) {
    const constraints = der.sequence(der.boolean(true), der.integer(Uint8Array.of(purpose.below)));
    // Bits 5 and 6: keyCertSign, cRLSign.
    return [extension('2.5.29.19', constraints, true), extension('2.5.29.15', der.bits(Uint8Array.of(0b110), 1), true)];
  }
  const usages = purpose.usages.map((usage) => der.objectId(USAGE_IDS[usage]));
  return [
    extension('2.5.29.19', der.sequence(), true),
    // Bit 0: digitalSignature, all that an elliptic-curve key does in TLS 1.3.
    extension('2.5.29.15', der.bits(Uint8Array.of(0b1000_0000), 7), true),
    extension('2.5.29.37', der.sequence(...usages)),
  ];
}

/** The signer's own name and public key, read from its certificate: the chain must match byte by byte. */
function readIssuer(certificate: Uint8Array): { readonly name: der.Der; readonly spki: Uint8Array } {
  const fields = der.elementsOf(der.elementsOf(der.decodeDer(certificate))[0] ?? der.sequence());
  return {
    // version, serial, algorithm, issuer, validity, subject
    name: fields[5] ?? der.sequence(),
    spki: new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' }),
  };
}

/** Signs off the event loop. @returns the certificate in DER */
export async function signCertificate(content: CertificateContent, signer: Signer): Promise<Uint8Array> {
  const algorithm = der.sequence(der.objectId(ECDSA_WITH_SHA256));
  const issuer =
    signer.certificate === undefined
      ? { name: encodeName(content.subject), spki: content.spki }
      : readIssuer(signer.certificate);
  const extensions = [
    ...purposeExtensions(content.purpose),
    extension('2.5.29.14', der.octets(keyIdentifier(content.spki))),
    extension('2.5.29.35', der.sequence(der.tagged(0, keyIdentifier(issuer.spki)))),
    ...alternativeNames(content.names),
  ];
  const body = der.sequence(
    der.tagged(0, [der.integer(Uint8Array.of(2))]),
    der.integer(Buffer.from(content.serial, 'hex')),
    algorithm,
    issuer.name,
    der.sequence(der.time(content.notBefore), der.time(content.notAfter)),
    encodeName(content.subject),
    der.decodeDer(content.spki),
    der.tagged(3, [der.sequence(...extensions)]),
  );
  const signature = await signBytes(signer.key, der.encodeDer(body));
  return der.encodeDer(der.sequence(body, algorithm, der.bits(signature)));
}
