/**
 * Signing: leaves of the authorities, and documents.
 *
 * INVARIANTS
 * - A certificate's row is durable before the certificate leaves this file.
 * - No leaf outlives its authority, and none begins in the future of a machine whose clock is 5 minutes late.
 */
import type { Clock } from '../../shared/clock.ts';
import type { SignedDocument } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { keyIdOf, readPublicKey, signBytes, spkiOf } from '../../shared/identity/keys.ts';
import { encodePem, joinPem } from '../../shared/identity/pem.ts';
import type { TrustBundle } from '../../shared/wire.ts';
import { type Collection, createCollection } from '../store/collection.ts';
import type { Sealer } from '../store/sealer.ts';
import type { Store, Transaction } from '../store/store.ts';
import { BACKDATE_MILLISECONDS, type Foundation, layFoundation } from './foundation.ts';
import { type CertificateRow, certificateSchema, type IssuerName } from './rows.ts';
import { makeSerial, type Subject, signCertificate } from './x509.ts';

export interface LeafRequest {
  /** Public key, SPKI in DER: P-256 or P-384. */
  readonly spki: Uint8Array;
  readonly subject: Subject;
  readonly dnsNames?: readonly string[];
  /** IPv4. */
  readonly addresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly usages: readonly ('server' | 'client')[];
  readonly days: number;
  /** Node uuid, `coordinator`, or `operator:<name>`. */
  readonly holder: string;
  /** What it is to its holder: the certificate resource's name, `agent`, `server`, `operator`. */
  readonly name: string;
}

export interface Leaf {
  /** PEM, leaf first. */
  readonly chain: string;
  readonly serial: string;
  /** RFC 3339. */
  readonly notAfter: string;
}

export interface Authorities {
  /** @throws VentError INVALID_INPUT for a key of another kind */
  issue(authority: IssuerName, request: LeafRequest): Promise<Leaf>;
  /**
   * The first half of `issue`, for those who write more in the same transaction: a row that `write` makes durable and
   * that `complete` signs afterwards.
   */
  prepare(authority: IssuerName, request: LeafRequest): CertificateRow;
  /** What a transaction must hold to reserve the row. */
  writes(row: CertificateRow): Required<Pick<Transaction, 'compare' | 'put'>>;
  /** Signs a reserved row; asked again, it gives the same certificate. @throws VentError NOT_FOUND for an unknown serial */
  complete(serial: string): Promise<Leaf>;
  /** PEM; Vent's own roots, which the leaves of `vent` chain to, are `vent`. */
  roots(authority: IssuerName): string;
  readonly documentSigner: DocumentSigner;
  /** Everything an agent trusts. */
  trust(): TrustBundle;
  /** Every certificate that has not expired, sorted by serial. */
  list(): Promise<readonly CertificateRow[]>;
  /** Forgets rows of certificates that have expired. @returns how many */
  forgetExpired(): Promise<number>;
}

export interface DocumentSigner {
  /** PEM, issued by Vent's root. */
  readonly certificate: string;
  sign(payload: Uint8Array): Promise<SignedDocument>;
}

export interface AuthoritiesOptions {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly clock: Clock;
}

const DAY = 86_400_000;

/** Opens the authorities, and makes them at the first start. @throws VentError STORE_FAILED */
export async function createAuthorities(options: AuthoritiesOptions): Promise<Authorities> {
  const { store, clock } = options;
  const foundation = await layFoundation(store, options.sealer, clock.now());
  const rows = createCollection(store, '/certificates/', certificateSchema);
  const roots = (authority: IssuerName): string =>
    authority === 'vent' ? foundation.root : foundation[authority].certificate;
  const documentSigner = createDocumentSigner(foundation);

  const writes: Authorities['writes'] = (row) => ({
    compare: [{ key: rows.keyOf(row.serial), revision: 0 }],
    put: [rows.writing(row.serial, row)],
  });

  return {
    async issue(authority, request) {
      const row = prepareRow(foundation, authority, request, clock.now());
      const signed = { ...row, chain: await signRow(foundation, row) };
      if ((await store.transact(writes(signed))) === undefined)
        throw new VentError('CONFLICT', 'cannot issue a certificate: its serial is taken', { retry: 'now' });
      return toLeaf(signed);
    },
    prepare: (authority, request) => prepareRow(foundation, authority, request, clock.now()),
    writes,
    async complete(serial) {
      const row = await rows.get(serial);
      if (row === undefined) throw new VentError('NOT_FOUND', `cannot sign certificate ${serial}: it has no row`);
      const chain = row.value.chain ?? (await signRow(foundation, row.value));
      // Of two who sign at once, both give what the first one wrote.
      const kept = await rows.update(serial, (current) =>
        current === undefined || current.chain !== undefined ? undefined : { ...current, chain },
      );
      return toLeaf(kept ?? row.value);
    },
    roots,
    documentSigner,
    trust: () => ({
      vent: roots('vent'),
      document_signing: documentSigner.certificate,
      authorities: { kubernetes: roots('kubernetes'), etcd: roots('etcd'), 'front-proxy': roots('front-proxy') },
    }),
    async list() {
      const { rows: all } = await rows.list();
      return all.map((row) => row.value).filter((row) => Date.parse(row.notAfter) > clock.now());
    },
    forgetExpired: () => forgetExpired(store, rows, clock.now()),
  };
}

function prepareRow(foundation: Foundation, authority: IssuerName, request: LeafRequest, now: number): CertificateRow {
  readPublicKey(request.spki);
  // Certificates count in whole seconds; what is stored is what is signed.
  const second = Math.floor(now / 1000) * 1000;
  const notAfter = Math.min(second + request.days * DAY, foundation[authority].notAfter);
  return {
    serial: makeSerial(),
    authority,
    holder: request.holder,
    name: request.name,
    commonName: request.subject.commonName,
    organizations: [...request.subject.organizations],
    dnsNames: [...(request.dnsNames ?? [])],
    addresses: [...(request.addresses ?? [])],
    uris: [...(request.uris ?? [])],
    usages: [...request.usages],
    spki: Buffer.from(request.spki).toString('base64'),
    notBefore: new Date(second - BACKDATE_MILLISECONDS).toISOString(),
    notAfter: new Date(notAfter).toISOString(),
  };
}

/** @returns PEM: the leaf, and the issuing certificate where the root is another */
async function signRow(foundation: Foundation, row: CertificateRow): Promise<string> {
  const authority = foundation[row.authority];
  const content = {
    serial: row.serial,
    subject: { commonName: row.commonName, organizations: row.organizations },
    names: { dnsNames: row.dnsNames, addresses: row.addresses, uris: row.uris },
    spki: Buffer.from(row.spki, 'base64'),
    notBefore: Date.parse(row.notBefore),
    notAfter: Date.parse(row.notAfter),
    purpose: { usages: row.usages },
  };
  const leaf = await signCertificate(content, { key: authority.key, certificate: authority.der });
  const intermediates = row.authority === 'vent' ? [authority.certificate] : [];
  return joinPem([encodePem('CERTIFICATE', leaf), ...intermediates]);
}

function toLeaf(row: CertificateRow): Leaf {
  if (row.chain === undefined) throw new VentError('BUG', `certificate ${row.serial} was not signed`);
  return { chain: row.chain, serial: row.serial, notAfter: row.notAfter };
}

function createDocumentSigner(foundation: Foundation): DocumentSigner {
  const { certificate, key } = foundation['document-signing'];
  const keyId = keyIdOf(spkiOf(key));
  return {
    certificate,
    sign: async (payload) => ({ payload, signature: await signBytes(key, payload), keyId }),
  };
}

async function forgetExpired(store: Store, rows: Collection<CertificateRow>, now: number): Promise<number> {
  const expired = (await rows.list()).rows.filter((row) => Date.parse(row.value.notAfter) <= now);
  if (expired.length > 0) await store.transact({ compare: [], remove: expired.map((row) => rows.keyOf(row.key)) });
  return expired.length;
}
