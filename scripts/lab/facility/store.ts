/**
 * The facility's memory: tables of rows in one JSON file, so that a facility that was killed goes on where it was.
 * An answer that says something was made is sent only after `commit`.
 */
import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { hasSystemCode } from '../../../shared/errors.ts';
import type {
  BatchRow,
  DeviceRow,
  EventRow,
  FaultRow,
  KeyRow,
  PriceRow,
  ReservationRow,
  SpotRequestRow,
} from './records.ts';

export interface Table<Row extends { readonly id: string }> {
  get(id: string): Row | undefined;
  /** In the order in which rows were first put. */
  list(): readonly Row[];
  put(row: Row): void;
  /** Replaces some columns of the row as it is now; returns what it became, or undefined if there is none. */
  update(id: string, columns: Partial<Row>): Row | undefined;
  remove(id: string): void;
}

interface Tables {
  readonly devices: Table<DeviceRow>;
  readonly events: Table<EventRow>;
  readonly batches: Table<BatchRow>;
  readonly spotRequests: Table<SpotRequestRow>;
  readonly reservations: Table<ReservationRow>;
  readonly keys: Table<KeyRow>;
  readonly prices: Table<PriceRow>;
  readonly faults: Table<FaultRow>;
}

export interface FacilityStore extends Tables {
  /** Resolves when everything put so far is on the disk. */
  commit(): Promise<void>;
}

type Saved = { readonly [Name in keyof Tables]?: Tables[Name] extends Table<infer Row> ? readonly Row[] : never };

/** Opens or begins the memory kept in `directory` (`facility.json`); the facility is its only writer. */
export async function openStore(directory: string): Promise<FacilityStore> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, 'facility.json');
  const saved = await readSaved(file);
  const tables: Tables = {
    devices: createTable(saved.devices),
    events: createTable(saved.events),
    batches: createTable(saved.batches),
    spotRequests: createTable(saved.spotRequests),
    reservations: createTable(saved.reservations),
    keys: createTable(saved.keys),
    prices: createTable(saved.prices),
    faults: createTable(saved.faults),
  };
  return { ...tables, commit: groupCommits(() => writeDurably(directory, file, snapshot(tables))) };
}

function createTable<Row extends { readonly id: string }>(rows: readonly Row[] = []): Table<Row> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  return {
    get: (id) => byId.get(id),
    list: () => [...byId.values()],
    put: (row) => void byId.set(row.id, row),
    update(id, columns) {
      const before = byId.get(id);
      if (before === undefined) return undefined;
      const after = { ...before, ...columns };
      byId.set(id, after);
      return after;
    },
    remove: (id) => void byId.delete(id),
  };
}

function snapshot(tables: Tables): string {
  return JSON.stringify(Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, table.list()])));
}

async function readSaved(file: string): Promise<Saved> {
  try {
    return JSON.parse(await readFile(file, 'utf8'));
  } catch (thrown) {
    if (hasSystemCode(thrown, 'ENOENT')) return {};
    throw thrown;
  }
}

/** At most one write runs and one waits; the one that waits covers everything put until it begins. */
function groupCommits(write: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> = Promise.resolve();
  let waiting: Promise<void> | undefined;
  return () => {
    waiting ??= running
      .catch(() => undefined)
      .then(() => {
        waiting = undefined;
        running = write();
        return running;
      });
    return waiting;
  };
}

async function writeDurably(directory: string, file: string, text: string): Promise<void> {
  const beside = `${file}.new`;
  const handle = await open(beside, 'w', 0o600);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(beside, file);
  const parent = await open(directory, 'r');
  try {
    await parent.sync();
  } finally {
    await parent.close();
  }
}
