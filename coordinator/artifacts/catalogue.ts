/**
 * Which bytes an artifact's name, version and architecture stand for. Each entry is signed by the coordinator that imported
 * it, and locked: the same name never comes to mean other bytes by itself. Kept in the coordinator's store below
 * `/artifacts/`.
 */
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type { ArtifactRecord } from '../component.ts';
import type { Entry, Store } from '../store/store.ts';

const PREFIX = '/artifacts/';

const entrySchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]*$/),
  architecture: z.enum(['x64', 'arm64']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().positive(),
  /** Where it came from: an address, `module@version`, or what else tells a reader most. */
  upstream: z.string().min(1),
});

const signedSchema = z.strictObject({ entry: entrySchema, signature: z.base64(), keyId: z.string() });

export type CatalogueEntry = z.infer<typeof entrySchema>;

/** Ed25519 over bytes, with the coordinator's document-signing key or one like it. */
export interface CatalogueSigner {
  /** Names the key that `sign` uses. */
  readonly keyId: string;
  sign(bytes: Uint8Array): Promise<Uint8Array> | Uint8Array;
  /** False also for a key that is not trusted any more. */
  verify(bytes: Uint8Array, signature: Uint8Array, keyId: string): boolean;
}

/** The catalogue as it was at one moment. */
export interface CatalogueView {
  /** Entries whose signature verifies, sorted by name, version, architecture. */
  readonly entries: readonly CatalogueEntry[];
  /** @throws ARTIFACT_UNKNOWN naming all three, ARTIFACT_CORRUPT when the entry is not what the coordinator signed */
  lookup(name: string, version: string, architecture: ArtifactRecord['architecture']): ArtifactRecord;
}

export interface Catalogue {
  read(): Promise<CatalogueView>;
  /**
   * Signs and writes an entry; the same entry again is no change.
   * @throws CONFLICT when the name is locked to other bytes and `replace` is not given
   */
  lock(entry: CatalogueEntry, options?: { readonly replace?: boolean }): Promise<void>;
}

export function createCatalogue(deps: { readonly store: Store; readonly signer: CatalogueSigner }): Catalogue {
  const { store, signer } = deps;
  return {
    async read() {
      const { entries } = await store.list(PREFIX);
      return viewOf(new Map(entries.map((entry) => [entry.key, decodeEntry(entry, signer)])));
    },
    async lock(entry, options) {
      const checked = entrySchema.parse(entry);
      const key = keyOf(checked);
      const present = await store.get(key);
      const locked = present === undefined ? undefined : decodeEntry(present, signer);
      if (locked?.sha256 === checked.sha256 && locked.upstream === checked.upstream) return;
      if (present !== undefined && locked?.sha256 !== checked.sha256 && options?.replace !== true)
        throw lockedError(checked, locked);
      const signature = await signer.sign(bytesToSign(checked));
      const value = { entry: checked, signature: Buffer.from(signature).toString('base64'), keyId: signer.keyId };
      const revision = await store.transact({
        compare: [{ key, revision: present?.revision ?? 0 }],
        put: [{ key, value }],
      });
      if (revision === undefined)
        throw new VentError('CONFLICT', `cannot lock ${describe(checked)}: somebody else changed it at the same time`, {
          retry: 'now',
        });
    },
  };
}

/** What a signature covers: a label and every field in a fixed order. */
export function bytesToSign(entry: CatalogueEntry): Uint8Array {
  const { name, version, architecture, size, sha256, upstream } = entry;
  const fields = [name, version, architecture, size, sha256, upstream];
  return new TextEncoder().encode(`vent artifact 1\n${JSON.stringify(fields)}`);
}

function keyOf(entry: Pick<CatalogueEntry, 'name' | 'version' | 'architecture'>): string {
  return `${PREFIX}${entry.name}/${entry.version}/${entry.architecture}`;
}

function describe(entry: Pick<CatalogueEntry, 'name' | 'version' | 'architecture'>): string {
  return `${entry.name} ${entry.version} ${entry.architecture}`;
}

/** @returns undefined for an entry that is not readable, stands under another's key, or whose signature does not verify */
function decodeEntry(stored: Entry, signer: CatalogueSigner): CatalogueEntry | undefined {
  const parsed = signedSchema.safeParse(stored.value);
  if (!parsed.success) return undefined;
  const { entry, signature, keyId } = parsed.data;
  if (keyOf(entry) !== stored.key) return undefined;
  return signer.verify(bytesToSign(entry), Buffer.from(signature, 'base64'), keyId) ? entry : undefined;
}

function viewOf(decoded: ReadonlyMap<string, CatalogueEntry | undefined>): CatalogueView {
  return {
    entries: [...decoded.values()].filter((entry) => entry !== undefined),
    lookup(name, version, architecture) {
      const key = keyOf({ name, version, architecture });
      const entry = decoded.get(key);
      const label = describe({ name, version, architecture });
      if (entry !== undefined) return { name, version, architecture, sha256: entry.sha256, size: entry.size };
      if (decoded.has(key))
        throw new VentError(
          'ARTIFACT_CORRUPT',
          `cannot use ${label}: its catalogue entry is not signed by this coordinator`,
          {
            hint: 'Import the artifact again with vent artifacts import --replace.',
          },
        );
      throw new VentError('ARTIFACT_UNKNOWN', `cannot find ${label}: the catalogue does not have it`, {
        hint: 'Make a manifest that has it with vent artifacts build or fetch, and start the coordinator with that.',
      });
    },
  };
}

function lockedError(entry: CatalogueEntry, locked: CatalogueEntry | undefined): VentError {
  const reason =
    locked === undefined ? 'its present entry does not verify' : `it is locked to SHA-256 ${locked.sha256}`;
  return new VentError('CONFLICT', `cannot lock ${describe(entry)} to SHA-256 ${entry.sha256}: ${reason}`, {
    hint: 'Import with --replace if the new bytes are meant to take its place.',
  });
}
