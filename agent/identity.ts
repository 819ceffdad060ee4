/**
 * Who this machine is, in /etc/vent/agent: what it was told at boot, its key and certificate, and whom it trusts.
 *
 * INVARIANTS
 * - A key is on the disk before anything is sent that was made with it, so that every retry presents the same key.
 * - Key and certificate are one file, replaced whole, so they never mismatch.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import * as z from 'zod';
import { VentError } from '../shared/errors.ts';
import { encodePrivateKey, generateKey, keyIdOf, spkiOf } from '../shared/identity/keys.ts';
import type { TrustBundle } from '../shared/wire.ts';
import type { Files } from './host/host.ts';

const DIRECTORY = '/etc/vent/agent';
const CONFIG = `${DIRECTORY}/config.json`;
const IDENTITY = `${DIRECTORY}/identity.json`;
const NEXT_KEY = `${DIRECTORY}/next-key.pem`;
const TRUST = `${DIRECTORY}/trust.json`;
const SECRET_FILE = { mode: '0600', owner: 'root:root' };
const SECRET_DIRECTORY = { mode: '0700', owner: 'root:root' };

const configSchema = z.object({
  /** `host:port` of enrol ports, in the order in which they are tried. */
  enrol: z.array(z.string()).min(1),
  /** Vent's roots in PEM: the only trust there is before enrolment. */
  roots: z.string().min(1),
  tokenId: z.string(),
  /** 32 bytes, hex. */
  secret: z.string(),
  /** The provider's id of this device. */
  deviceId: z.string(),
});

export type AgentConfig = Readonly<z.infer<typeof configSchema>>;

const identitySchema = z.object({
  nodeId: z.uuid(),
  nodeName: z.string(),
  clusterId: z.uuid(),
  clusterName: z.string(),
  /** `host:port`, as the machine was told when it enrolled (see endpoints.ts). */
  nodeAddress: z.string(),
  /** `https://host:port`; the same. */
  artifactAddress: z.string(),
  /** PKCS #8 in PEM. */
  key: z.string(),
  /** PEM, leaf first. */
  chain: z.string(),
});

export type Identity = Readonly<z.infer<typeof identitySchema>>;

const trustSchema = z.object({
  vent: z.string(),
  document_signing: z.string(),
  authorities: z.record(z.string(), z.string()),
});

export interface IdentityStore {
  /** What the machine was told at boot. @throws VentError NOT_FOUND, INVALID_INPUT */
  config(): Promise<AgentConfig>;
  /** Undefined before the machine has enrolled. @throws VentError INVALID_INPUT when the file is damaged */
  load(): Promise<Identity | undefined>;
  /** The key for the next certificate: the same at every call until an identity with it is saved, durable when it resolves. */
  nextKey(): Promise<KeyObject>;
  save(identity: Identity): Promise<void>;
  trust(): Promise<TrustBundle | undefined>;
  saveTrust(trust: TrustBundle): Promise<void>;
}

/** Undefined before the machine has enrolled. @throws VentError INVALID_INPUT when the file is damaged */
export function readIdentity(files: Pick<Files, 'read'>): Promise<Identity | undefined> {
  return readJson(files, IDENTITY, identitySchema);
}

export function createIdentityStore(files: Files): IdentityStore {
  const load = (): Promise<Identity | undefined> => readIdentity(files);

  async function write(path: string, text: string): Promise<void> {
    await files.makeDirectory('/etc/vent', SECRET_DIRECTORY);
    await files.makeDirectory(DIRECTORY, SECRET_DIRECTORY);
    await files.write(path, new TextEncoder().encode(text), SECRET_FILE);
  }

  const writeJson = (path: string, value: unknown): Promise<void> => write(path, `${JSON.stringify(value, null, 2)}\n`);

  return {
    async config() {
      const config = await readJson(files, CONFIG, configSchema);
      if (config !== undefined) return config;
      throw new VentError('NOT_FOUND', `cannot read ${CONFIG}: it is not there`, {
        hint: 'Run the script that `vent userdata` prints.',
      });
    },
    load,
    async nextKey() {
      const kept = parseKey(await files.read(NEXT_KEY));
      // A crash right after `save` leaves the key behind that is in use already.
      const used = (await load())?.key;
      if (kept !== undefined && (used === undefined || nameOf(kept) !== nameOf(createPrivateKey(used)))) return kept;
      const key = await generateKey();
      await write(NEXT_KEY, encodePrivateKey(key));
      return key;
    },
    async save(identity) {
      await writeJson(IDENTITY, identity);
      await files.remove(NEXT_KEY);
    },
    trust: () => readJson(files, TRUST, trustSchema),
    saveTrust: (trust) => writeJson(TRUST, trust),
  };
}

const nameOf = (key: KeyObject): string => keyIdOf(spkiOf(key));

function parseKey(bytes: Uint8Array | undefined): KeyObject | undefined {
  try {
    return bytes === undefined ? undefined : createPrivateKey(Buffer.from(bytes));
  } catch {
    return undefined;
  }
}

async function readJson<T>(files: Pick<Files, 'read'>, path: string, schema: z.ZodType<T>): Promise<T | undefined> {
  const bytes = await files.read(path);
  if (bytes === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    // The cause is left out: it could quote a secret.
    throw new VentError('INVALID_INPUT', `cannot read ${path}: it does not hold what it should`, {
      hint: 'Remove the machine with `vent deprovision` and let a new one take its place.',
    });
  }
}
