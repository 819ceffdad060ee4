/** The cluster and its numbered, immutable revisions. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import { loadSpec } from '../shared/spec/load.ts';
import type { ClusterFile } from '../shared/spec/schema.ts';
import { type ClusterRow, clusterRow, type RevisionRow, revisionRow } from './rows.ts';
import { type Collection, createCollection } from './store/collection.ts';
import type { Store } from './store/store.ts';

export interface Applied {
  readonly revision: number;
  /** False when the content is that of the newest revision already. */
  readonly changed: boolean;
  readonly name: string;
}

export interface ApplyRequest {
  readonly content: string;
  readonly fileName: string;
  readonly author: string;
  readonly message: string;
  readonly isDryRun: boolean;
}

export interface Newest {
  readonly row: RevisionRow;
  readonly file: ClusterFile;
}

export interface Revisions {
  /** @throws VentError INVALID_SPEC with every problem; CONFLICT for a field that never changes, or when somebody else applied meanwhile */
  apply(request: ApplyRequest): Promise<Applied>;
  newest(): Promise<Newest | undefined>;
  cluster(): Promise<ClusterRow>;
  readonly clusters: Collection<ClusterRow>;
}

/** The one cluster's key. */
export const CLUSTER_KEY = 'self';

/** Zero-padded, so that keys sort as numbers. */
function revisionKey(number: number): string {
  return String(number).padStart(9, '0');
}

/** Opens the revisions, and gives the cluster its id at the first start. */
export async function createRevisions(store: Store, clock: Clock): Promise<Revisions> {
  const clusters = createCollection(store, '/cluster/', clusterRow);
  const revisions = createCollection(store, '/revisions/', revisionRow);

  async function newest(): Promise<Newest | undefined> {
    const last = (await revisions.list()).rows.at(-1)?.value;
    return last === undefined ? undefined : { row: last, file: loadSpec(last.content, last.fileName) };
  }

  async function cluster(): Promise<ClusterRow> {
    const row = await clusters.get(CLUSTER_KEY);
    if (row === undefined) throw new VentError('STORE_FAILED', 'cannot read the cluster: its row is gone');
    return row.value;
  }

  async function apply(request: ApplyRequest): Promise<Applied> {
    const file = loadSpec(request.content, request.fileName);
    const { name } = file.metadata;
    const before = await newest();
    if (before !== undefined) checkUnchangeable(before.file, file);
    if (before?.row.content === request.content) return { revision: before.row.number, changed: false, name };
    const number = (before?.row.number ?? 0) + 1;
    if (request.isDryRun) return { revision: number, changed: true, name };
    const createdAt = new Date(clock.now()).toISOString();
    const { content, fileName, author, message } = request;
    const present = await cluster();
    const written = await store.transact({
      compare: [{ key: revisions.keyOf(revisionKey(number)), revision: 0 }],
      put: [
        revisions.writing(revisionKey(number), { number, content, fileName, author, message, createdAt }),
        ...(before === undefined ? [clusters.writing(CLUSTER_KEY, { ...present, name })] : []),
      ],
    });
    if (written === undefined)
      throw new VentError('CONFLICT', `cannot apply ${fileName}: somebody else applied revision ${number} first`, {
        retry: 'now',
      });
    return { revision: number, changed: true, name };
  }

  await clusters.update(
    CLUSTER_KEY,
    (row) =>
      row ?? {
        id: randomUUID(),
        name: '',
        epoch: 1,
        etcdFormed: false,
        createdAt: new Date(clock.now()).toISOString(),
      },
  );
  return { apply, newest, clusters, cluster };
}

/** Fields that running machines hold in ways that cannot be taken back (certificates, routes, service addresses). */
function checkUnchangeable(before: ClusterFile, after: ClusterFile): void {
  const fields: readonly (readonly [string, string, string])[] = [
    ['metadata.name', before.metadata.name, after.metadata.name],
    ['spec.network.podCIDR', before.spec.network.podCIDR, after.spec.network.podCIDR],
    ['spec.network.serviceCIDR', before.spec.network.serviceCIDR, after.spec.network.serviceCIDR],
  ];
  for (const [field, old, wanted] of fields) {
    if (old === wanted) continue;
    throw new VentError(
      'CONFLICT',
      `cannot change ${field} from ${old} to ${wanted}: it never changes once the cluster was applied`,
      {
        hint: 'Start another coordinator with --data for another cluster.',
      },
    );
  }
}
