/** The cluster's own secrets, by name and version: made once, sealed in the store, given to machines that may have them. */
import { createPublicKey, generateKeyPair, type KeyObject, randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { stringify } from 'yaml';
import * as z from 'zod';
import { VentError } from '../shared/errors.ts';
import { createCollection } from './store/collection.ts';
import type { Sealer } from './store/sealer.ts';
import type { Store } from './store/store.ts';

/**
 * `service-account-key` and `service-account-public-key` are PEM; `encryption-config` is an EncryptionConfiguration in
 * YAML, whose first provider encrypts and whose last reads what was written in plain text
 * (https://kubernetes.io/docs/tasks/administer-cluster/encrypt-data/).
 */
export const SECRET_NAMES = ['service-account-key', 'service-account-public-key', 'encryption-config'] as const;
export type SecretName = (typeof SECRET_NAMES)[number];

export interface ClusterSecrets {
  /** The version to render into documents. @throws VentError NOT_FOUND for an unknown name */
  version(name: string): number;
  /** @throws VentError NOT_FOUND for an unknown name or version */
  value(name: string, version: number): Promise<Uint8Array>;
}

/** Service-account tokens are signed with RS256, as kubeadm sets them up. */
const RSA_BITS = 2048;
const FIRST_VERSION = 1;

const secretSchema = z.strictObject({ sealed: z.string() });
const rowKey = (name: string, version: number): string => `${name}/${String(version).padStart(6, '0')}`;

async function makeValues(): Promise<Readonly<Record<SecretName, string>>> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: RSA_BITS });
  return {
    'service-account-key': privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    'service-account-public-key': encodePublicKey(privateKey),
    'encryption-config': makeEncryptionConfig(randomBytes(32)),
  };
}

function encodePublicKey(privateKey: KeyObject): string {
  return createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString();
}

function makeEncryptionConfig(key: Uint8Array): string {
  const secretbox = { keys: [{ name: 'key1', secret: Buffer.from(key).toString('base64') }] };
  return stringify({
    apiVersion: 'apiserver.config.k8s.io/v1',
    kind: 'EncryptionConfiguration',
    resources: [{ resources: ['secrets'], providers: [{ secretbox }, { identity: {} }] }],
  });
}

/** Opens the secrets, and makes them at the first start, in one transaction. @throws VentError STORE_FAILED */
export async function createClusterSecrets(store: Store, sealer: Sealer): Promise<ClusterSecrets> {
  const rows = createCollection(store, '/secrets/', secretSchema);
  if ((await rows.list()).rows.length === 0) {
    const put = Object.entries(await makeValues()).map(([name, value]) => {
      const key = rowKey(name, FIRST_VERSION);
      return rows.writing(key, { sealed: sealer.seal(rows.keyOf(key), Buffer.from(value)) });
    });
    await store.transact({ compare: put.map(({ key }) => ({ key, revision: 0 })), put });
  }
  const versions = new Map<string, number>();
  for (const { key } of (await rows.list()).rows) {
    const [name = '', version] = key.split('/');
    versions.set(name, Math.max(versions.get(name) ?? 0, Number(version)));
  }
  return {
    version: (name) => versions.get(name) ?? unknown(name),
    async value(name, version) {
      const row = await rows.get(rowKey(name, version));
      if (row === undefined) return unknown(`${name} version ${version}`);
      return sealer.open(rows.keyOf(row.key), row.value.sealed);
    },
  };
}

function unknown(name: string): never {
  throw new VentError('NOT_FOUND', `cannot give secret ${name}: there is none of that name`);
}
