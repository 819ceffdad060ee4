/** The authorities and the document-signing key: made once, in one transaction, and read from the store ever after. */
import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { VentError } from '../../shared/errors.ts';
import { encodePrivateKey, generateKey, generateSigningKey, spkiOf } from '../../shared/identity/keys.ts';
import { encodePem } from '../../shared/identity/pem.ts';
import { type Collection, createCollection } from '../store/collection.ts';
import type { Sealer } from '../store/sealer.ts';
import type { Store } from '../store/store.ts';
import { type AUTHORITY_NAMES, authoritySchema } from './rows.ts';
import { makeSerial, type Purpose, type Signer, signCertificate } from './x509.ts';

export interface Authority {
  /** PEM. */
  readonly certificate: string;
  readonly der: Uint8Array;
  readonly key: KeyObject;
  /** Milliseconds since the epoch. */
  readonly notAfter: number;
}

type MadeName = (typeof AUTHORITY_NAMES)[number] | 'document-signing';
/** The root's key stays sealed: nothing but a rotation needs it again. */
export type FoundationName = Exclude<MadeName, 'vent-root'>;
export type Foundation = Readonly<Record<FoundationName, Authority>> & { readonly root: string };

export const BACKDATE_MILLISECONDS = 5 * 60_000;
const DAY = 86_400_000;
const ROOT_DAYS = 3653;
const ISSUING_DAYS = 1826;

interface Made {
  readonly der: Uint8Array;
  readonly key: KeyObject;
}

async function make(name: string, key: KeyObject, purpose: Purpose, days: number, now: number, parent?: Made) {
  const signer: Signer = { key: parent?.key ?? key, certificate: parent?.der };
  const content = {
    serial: makeSerial(),
    subject: { commonName: name, organizations: [] },
    names: { dnsNames: [], addresses: [], uris: [] },
    spki: spkiOf(key),
    notBefore: now - BACKDATE_MILLISECONDS,
    notAfter: now + days * DAY,
    purpose,
  };
  return { der: await signCertificate(content, signer), key };
}

async function makeAll(now: number): Promise<Readonly<Record<MadeName, Made>>> {
  const makeRoot = async (name: string, below: number): Promise<Made> =>
    make(name, await generateKey(), { below }, ROOT_DAYS, now);
  const root = await makeRoot('vent root', 1);
  return {
    'vent-root': root,
    vent: await make('vent issuing', await generateKey(), { below: 0 }, ISSUING_DAYS, now, root),
    kubernetes: await makeRoot('kubernetes', 0),
    etcd: await makeRoot('etcd', 0),
    'front-proxy': await makeRoot('front-proxy', 0),
    'document-signing': await make(
      'vent document-signing',
      await generateSigningKey(),
      { usages: ['sign-documents'] },
      ISSUING_DAYS,
      now,
      root,
    ),
  };
}

/** Writes all rows or, when another start was first, none. */
async function create(store: Store, rows: Collection<Row>, sealer: Sealer, now: number): Promise<void> {
  const put = Object.entries(await makeAll(now)).map(([name, made]) =>
    rows.writing(name, {
      certificate: encodePem('CERTIFICATE', made.der),
      key: sealer.seal(rows.keyOf(name), Buffer.from(encodePrivateKey(made.key))),
    }),
  );
  await store.transact({ compare: put.map(({ key }) => ({ key, revision: 0 })), put });
}

type Row = ReturnType<typeof authoritySchema.parse>;

async function requireRow(rows: Collection<Row>, name: MadeName): Promise<Row> {
  const row = await rows.get(name);
  if (row !== undefined) return row.value;
  throw new VentError('STORE_FAILED', `cannot find authority ${name}: its row is gone`, {
    hint: 'Put back a copy of the data directory.',
  });
}

/** Reads the authorities, having made them when there are none. @throws VentError STORE_FAILED when they cannot be unsealed */
export async function layFoundation(store: Store, sealer: Sealer, now: number): Promise<Foundation> {
  const rows = createCollection(store, '/authorities/', authoritySchema);
  if ((await rows.list()).rows.length === 0) await create(store, rows, sealer, now);
  const read = async (name: FoundationName): Promise<Authority> => {
    const row = await requireRow(rows, name);
    const certificate = new X509Certificate(row.certificate);
    const key = createPrivateKey(Buffer.from(sealer.open(rows.keyOf(name), row.key)));
    return { certificate: row.certificate, der: certificate.raw, key, notAfter: Date.parse(certificate.validTo) };
  };
  return {
    root: (await requireRow(rows, 'vent-root')).certificate,
    vent: await read('vent'),
    kubernetes: await read('kubernetes'),
    etcd: await read('etcd'),
    'front-proxy': await read('front-proxy'),
    'document-signing': await read('document-signing'),
  };
}
