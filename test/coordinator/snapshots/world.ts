/** Snapshots that a test has taken: files as etcd would give them, a book in a directory of its own, rows of machines. */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { openSnapshotBook, type SnapshotBook, type SnapshotRow } from '../../../coordinator/store/snapshots.ts';

export const CLUSTER = randomUUID();

/** A whole snapshot. @param blocks of 512 bytes */
export function makeSnapshot(blocks: number): Buffer {
  const database = randomBytes(blocks * 512);
  return Buffer.concat([database, createHash('sha256').update(database).digest()]);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** What is said of a snapshot beside its id. @param at milliseconds since the epoch */
export function describeSnapshot(file: Uint8Array, at = Date.UTC(2030, 0, 1)): Omit<SnapshotRow, 'id'> {
  return {
    cluster: CLUSTER,
    clusterName: 'demo',
    nodeId: randomUUID(),
    machine: 'm1',
    revision: 61,
    size: file.length,
    sha256: sha256Of(file),
    etcdVersion: '3.7.3',
    kubernetesVersion: '1.37.2',
    takenAt: new Date(at).toISOString(),
    reason: 'a test',
  };
}

export interface TestBook {
  readonly directory: string;
  /** As a coordinator does that starts; what an earlier one kept is there. */
  open(): Promise<SnapshotBook>;
  remove(): Promise<void>;
}

export async function createTestBook(): Promise<TestBook> {
  const root = await mkdtemp(join(tmpdir(), 'vent-snapshots-'));
  const directory = join(root, 'snapshots');
  const [store, sealer] = [createMemoryStore(), createSealer(randomBytes(32))];
  return {
    directory,
    open: () => openSnapshotBook({ store, sealer, directory }),
    remove: () => rm(root, { recursive: true }),
  };
}

/** Keeps one as if it had come from a machine. */
export async function enterSnapshot(book: SnapshotBook, file: Uint8Array, at?: number): Promise<SnapshotRow> {
  const draft = await book.draft();
  await draft.write(file);
  await draft.close();
  return await draft.enter(describeSnapshot(file, at));
}
