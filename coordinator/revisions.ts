/** The cluster and its numbered, immutable revisions. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import type { Risk } from '../shared/risk.ts';
import { loadSpec } from '../shared/spec/load.ts';
import type { ClusterFile } from '../shared/spec/schema.ts';
import { checkSuccession, findReached, type Reached } from './revision-rules.ts';
import { createAssignments, partsOf } from './rollout/rows.ts';
import { type AgentRow, type ClusterRow, clusterRow, type RevisionRow, revisionRow } from './rows.ts';
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
  /** The agent that the coordinator has now: machines get it with the revision. */
  readonly agents: readonly AgentRow[];
  /** Risks of its roll-out that are accepted; one that the newest did not accept makes the same content a new revision. */
  readonly accepts?: readonly Risk[];
  /** Hash of the plan that machines must keep to; whatever they plan without it. */
  readonly plan?: string;
  /** The newest did not reach every machine: the same content may be tried again, as a new revision. */
  readonly isAgain?: boolean;
  /** Refused unless this is the newest. */
  readonly expectedRevision?: number;
}

export interface Newest {
  readonly row: RevisionRow;
  readonly file: ClusterFile;
}

export interface Revisions {
  /** @throws VentError INVALID_SPEC with every problem; CONFLICT for a field that never changes, or when somebody else applied meanwhile */
  apply(request: ApplyRequest): Promise<Applied>;
  newest(): Promise<Newest | undefined>;
  /** Oldest first. */
  list(): Promise<readonly RevisionRow[]>;
  /** @throws VentError NOT_FOUND naming those there are */
  get(number: number): Promise<RevisionRow>;
  cluster(): Promise<ClusterRow>;
  readonly clusters: Collection<ClusterRow>;
}

/** The one cluster's key. */
export const CLUSTER_KEY = 'self';

/** Zero-padded, so that keys sort as numbers. */
function revisionKey(number: number): string {
  return String(number).padStart(9, '0');
}

/** It is asked for after every change of anything, and read once. */
function createNewest(revisions: Collection<RevisionRow>): () => Promise<Newest | undefined> {
  let known: Newest | undefined;
  return async () => {
    const row = (await revisions.list()).rows.at(-1)?.value;
    if (row === undefined) return undefined;
    if (known?.row !== row) known = { row, file: loadSpec(row.content, row.fileName) };
    return known;
  };
}

/** Opens the revisions, and gives the cluster its id at the first start. */
export async function createRevisions(store: Store, clock: Clock): Promise<Revisions> {
  const clusters = createCollection(store, '/cluster/', clusterRow);
  const revisions = createCollection(store, '/revisions/', revisionRow);

  const newest = createNewest(revisions);

  async function cluster(): Promise<ClusterRow> {
    const row = await clusters.get(CLUSTER_KEY);
    if (row === undefined) throw new VentError('STORE_FAILED', 'cannot read the cluster: its row is gone');
    return row.value;
  }

  async function apply(request: ApplyRequest): Promise<Applied> {
    const { content, fileName, author, message, plan, accepts = [] } = request;
    const file = loadSpec(content, fileName);
    const { name } = file.metadata;
    const [before, present] = [await newest(), await cluster()];
    checkExpected(request, before?.row.number ?? 0);
    if (before !== undefined)
      checkSuccession(before.file, file, present.etcdFormed ? await readReached(store, get, before.file) : undefined);
    if (before !== undefined && request.isAgain !== true && isSame(before.row, request))
      return { revision: before.row.number, changed: false, name };
    const number = (before?.row.number ?? 0) + 1;
    if (request.isDryRun) return { revision: number, changed: true, name };
    const createdAt = new Date(clock.now()).toISOString();
    const written = await store.transact({
      compare: [{ key: revisions.keyOf(revisionKey(number)), revision: 0 }],
      put: [
        revisions.writing(revisionKey(number), {
          ...{ number, content, fileName, author, message, createdAt, plan, accepts: [...accepts] },
          agents: [...request.agents],
        }),
        ...(before === undefined ? [clusters.writing(CLUSTER_KEY, { ...present, name })] : []),
      ],
    });
    if (written === undefined)
      throw new VentError('CONFLICT', `cannot apply ${fileName}: somebody else applied revision ${number} first`, {
        retry: 'now',
      });
    return { revision: number, changed: true, name };
  }

  async function list(): Promise<readonly RevisionRow[]> {
    return (await revisions.list()).rows.map((row) => row.value);
  }

  async function get(number: number): Promise<RevisionRow> {
    const found = (await revisions.get(revisionKey(number)))?.value;
    if (found !== undefined) return found;
    const newestNumber = (await newest())?.row.number;
    const known = newestNumber === undefined ? 'none was applied yet' : `there are 1 to ${newestNumber}`;
    throw new VentError('NOT_FOUND', `cannot find revision ${number}: ${known}`, {
      hint: '`vent revisions` lists them.',
    });
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
  return { apply, newest, list, get, clusters, cluster };
}

/** What some part of some machine is rendered from; what the newest revision says where no machine has any. */
async function readReached(store: Store, get: Revisions['get'], newest: ClusterFile): Promise<Reached> {
  const { rows } = await createAssignments(store).list();
  const numbers = new Set(rows.flatMap((row) => Object.values(partsOf(row.value))));
  const files = await Promise.all(
    [...numbers].map(async (number) => {
      const { content, fileName } = await get(number);
      return loadSpec(content, fileName);
    }),
  );
  return findReached(files.length === 0 ? [newest] : files);
}

/** @throws VentError CONFLICT when the revision that the change was made from is not the newest any more */
function checkExpected({ expectedRevision, fileName }: ApplyRequest, newest: number): void {
  if (expectedRevision === undefined || expectedRevision === newest) return;
  throw new VentError('CONFLICT', `cannot apply ${fileName}: revision ${newest} is the newest by now`, {
    hint: 'Look at what changed with `vent diff`, and apply again.',
  });
}

function isSame(row: RevisionRow, { content, agents, accepts = [] }: ApplyRequest): boolean {
  const isAccepted = accepts.every((risk) => row.accepts?.includes(risk) === true);
  return isAccepted && row.content === content && JSON.stringify(row.agents ?? []) === JSON.stringify(agents);
}
