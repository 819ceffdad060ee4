/**
 * The snapshots of etcd that are kept: a row of the store for each, and a sealed file beside the store.
 *
 * INVARIANT: a row is written after its file is durable and removed before it, so every row has its file; files that no
 * row speaks of are left from a coordinator that was killed, and go at the next start.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import { createCollection } from './collection.ts';
import { createSealedFile, readSealedFile, SEALED_KEY, type SealedWriter } from './sealed-file.ts';
import type { Sealer } from './sealer.ts';
import type { Store } from './store.ts';

const snapshotRow = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{8}$/),
  /** Uuid, and name. */
  cluster: z.uuid(),
  clusterName: z.string(),
  /** Of the machine whose member gave it. */
  nodeId: z.uuid(),
  machine: z.string(),
  /** Of etcd: every write up to it is in the snapshot. */
  revision: z.int().nonnegative(),
  /** Bytes of the file when it is not sealed. */
  size: z.int().positive(),
  /** Hex, of the same. */
  sha256: z.string(),
  etcdVersion: z.string(),
  kubernetesVersion: z.string(),
  /** When it was begun. */
  takenAt: z.iso.datetime(),
  /** What it was taken for. */
  reason: z.string(),
  /** The file's key, sealed for this row. */
  key: z.string(),
});
type StoredRow = z.infer<typeof snapshotRow>;
export type SnapshotRow = Omit<StoredRow, 'key'>;

export interface SnapshotDraft extends Pick<SealedWriter, 'write' | 'discard'> {
  readonly id: string;
  /** The file is durable, and counts for nothing before it is entered. */
  close(): Promise<void>;
  /** @param row the id is the draft's */
  enter(row: Omit<SnapshotRow, 'id'>): Promise<SnapshotRow>;
}

export interface SnapshotBook {
  /** Oldest first. */
  list(): Promise<readonly SnapshotRow[]>;
  /** @param id empty for the newest @throws VentError NOT_FOUND */
  get(id: string): Promise<SnapshotRow>;
  /** What it holds, unsealed. @throws VentError NOT_FOUND, STORE_FAILED */
  read(id: string): AsyncIterable<Uint8Array>;
  draft(): Promise<SnapshotDraft>;
  /** Removes all but the newest so many. */
  keep(count: number): Promise<void>;
}

export interface SnapshotBookOptions {
  readonly store: Store;
  readonly sealer: Sealer;
  /** Made 0700 when missing; nobody else puts files there. */
  readonly directory: string;
}

export async function openSnapshotBook({ store, sealer, directory }: SnapshotBookOptions): Promise<SnapshotBook> {
  const rows = createCollection(store, '/snapshots/', snapshotRow);
  const pathOf = (id: string): string => join(directory, `${id}.sealed`);
  await mkdir(directory, { recursive: true, mode: 0o700 });

  async function listStored(): Promise<readonly StoredRow[]> {
    const stored = (await rows.list()).rows.map((row) => row.value);
    return stored.toSorted((a, b) => a.takenAt.localeCompare(b.takenAt) || a.id.localeCompare(b.id));
  }

  async function find(id: string): Promise<StoredRow> {
    const known = await listStored();
    const found = id === '' ? known.at(-1) : known.find((row) => row.id === id);
    if (found !== undefined) return found;
    throw new VentError('NOT_FOUND', `cannot find snapshot ${id === '' ? 'of etcd' : id}: there is none`, {
      hint: '`vent etcd snapshots` lists them, `vent etcd snapshot` takes one.',
    });
  }

  async function remove(id: string): Promise<void> {
    await rows.remove(id);
    await rm(pathOf(id), { force: true });
  }

  const known = new Set((await listStored()).map(({ id }) => `${id}.sealed`));
  for (const name of await readdir(directory)) if (!known.has(name)) await rm(join(directory, name));

  return {
    list: async () => (await listStored()).map(withoutKey),
    get: async (id) => withoutKey(await find(id)),
    async *read(id) {
      const row = await find(id);
      yield* readSealedFile(pathOf(row.id), sealer.open(rows.keyOf(row.id), row.key));
    },
    async draft() {
      const [id, key] = [randomBytes(4).toString('hex'), randomBytes(SEALED_KEY)];
      const writer = await createSealedFile(pathOf(id), key);
      return {
        id,
        write: writer.write,
        close: writer.commit,
        async discard() {
          await writer.discard();
          if ((await rows.get(id)) === undefined) await rm(pathOf(id), { force: true });
        },
        async enter(row) {
          await rows.put(id, { ...row, id, key: sealer.seal(rows.keyOf(id), key) });
          return { ...row, id };
        },
      };
    },
    async keep(count) {
      const stored = await listStored();
      for (const { id } of stored.slice(0, Math.max(0, stored.length - count))) await remove(id);
    },
  };
}

function withoutKey({ key: _, ...row }: StoredRow): SnapshotRow {
  return row;
}
