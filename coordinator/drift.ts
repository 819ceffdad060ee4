/**
 * A timeline of foreign changes per machine, from what agents report.
 *
 * INVARIANTS
 * - An entry stands in it once, however often reports repeat it and coordinators restart.
 * - A machine that drifts all the time pushes out its own oldest entries, nobody else's.
 */
import { createHash } from 'node:crypto';
import { VentError } from '../shared/errors.ts';
import type { DriftEntry } from '../shared/report.ts';
import type { DriftView } from '../shared/wire.ts';
import { isNamed, type Nodes } from './nodes/row.ts';
import { type DriftRow, driftRow } from './rows.ts';
import { createCollection, type Row } from './store/collection.ts';
import type { Store } from './store/store.ts';

export interface DriftTimeline {
  /** Keeps what is new among a report's entries; one call after the other. */
  record(nodeId: string, entries: readonly DriftEntry[]): Promise<void>;
  /** Oldest first. */
  list(): Promise<readonly DriftRow[]>;
  /** Keys of a machine's entries, for the transaction that takes the machine away. */
  keysOf(nodeId: string): Promise<readonly string[]>;
}

/** Entries kept of one machine. */
const KEPT = 200;

export function createDriftTimeline(store: Store): DriftTimeline {
  const rows = createCollection(store, '/drift/', driftRow);
  let last: Promise<void> = Promise.resolve();
  /** Keys of each machine, oldest first; read once, since nobody else writes them. */
  let known: Promise<Map<string, readonly string[]>> | undefined;

  async function readKeys(): Promise<Map<string, readonly string[]>> {
    const listed: readonly Row<DriftRow>[] = (await rows.list()).rows;
    return new Map(
      [...Map.groupBy(listed, (row) => row.value.nodeId)].map(([nodeId, own]) => [nodeId, own.map(({ key }) => key)]),
    );
  }

  async function write(nodeId: string, entries: readonly DriftEntry[]): Promise<void> {
    known ??= readKeys();
    const keys = (await known).get(nodeId) ?? [];
    const fresh = entries
      .map((entry) => ({ key: keyOf(nodeId, entry), entry }))
      .filter(({ key }) => !keys.includes(key));
    if (fresh.length === 0) return;
    const all = [...keys, ...fresh.map(({ key }) => key)].toSorted();
    await store.transact({
      compare: [],
      put: fresh.map(({ key, entry: { at, id, component, policy, what } }) =>
        rows.writing(key, { nodeId, at, resource: id, component, policy, what }),
      ),
      remove: all
        .slice(0, -KEPT)
        .filter((key) => keys.includes(key))
        .map((key) => rows.keyOf(key)),
    });
    (await known).set(nodeId, all.slice(-KEPT));
  }

  return {
    async record(nodeId, entries) {
      if (entries.length === 0) return;
      const writing = last.then(() => write(nodeId, entries));
      last = writing.catch(() => undefined);
      await writing;
    },
    async list() {
      const { rows: listed } = await rows.list();
      return listed.map((row) => row.value).toSorted((a, b) => a.at.localeCompare(b.at));
    },
    async keysOf(nodeId) {
      const { rows: listed } = await rows.list();
      return listed.filter((row) => row.value.nodeId === nodeId).map((row) => rows.keyOf(row.key));
    },
  };
}

/** Sorts by machine, then time; the same entry has the same key. */
function keyOf(nodeId: string, { at, id, what }: DriftEntry): string {
  const rest = createHash('sha256').update(`${id}\n${what}`).digest('hex').slice(0, 12);
  return `${nodeId}/${at}/${rest}`;
}

/** @throws VentError NOT_FOUND for a machine that is not there */
export async function listDrift(
  state: { readonly drift: DriftTimeline; readonly nodes: Nodes },
  machine: string | undefined,
): Promise<readonly DriftView[]> {
  const nodes = (await state.nodes.list()).rows.map((row) => row.value);
  const chosen = nodes.filter((node) => machine === undefined || isNamed(node, machine));
  if (machine !== undefined && chosen.length === 0)
    throw new VentError('NOT_FOUND', `cannot list the drift of ${machine}: there is no such machine`);
  const names = new Map(chosen.map((node) => [node.id, node.name]));
  return (await state.drift.list()).flatMap(({ nodeId, ...entry }) => {
    const name = names.get(nodeId);
    return name === undefined ? [] : [{ machine: name, ...entry }];
  });
}
