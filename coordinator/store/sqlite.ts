/**
 * The store in one SQLite file, for one coordinator process.
 *
 * INVARIANTS
 * - What `transact` acknowledged is on the disk: WAL with synchronous=FULL (https://www.sqlite.org/pragma.html#pragma_synchronous).
 * - Transactions that are asked for in one turn of the event loop share one commit and so one flush; each still holds or
 *   fails alone, in the order asked.
 * - One process at a time: the exclusive locking mode keeps the lock that the kernel drops when the process dies.
 */
import { chmod, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import * as z from 'zod';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import { createFeed, type Feed } from './feed.ts';
import { createReader } from './reader.ts';
import type { Store, StoreEvent } from './store.ts';
import { type EncodedTransaction, encodeTransaction, endOf } from './transaction.ts';

export interface SqliteStoreOptions {
  /** Made 0700 when missing; the file in it is `vent.db`. */
  readonly directory: string;
  /** How many revisions of history are kept at least. */
  readonly keep?: number;
}

// The revision of a row lies behind its value, which may be long: the index has it without.
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS entries (key TEXT PRIMARY KEY, value TEXT NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS revisions ON entries (key, revision);
  CREATE TABLE IF NOT EXISTS history (
    revision INTEGER NOT NULL, key TEXT NOT NULL, value TEXT, PRIMARY KEY (revision, key)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT OR IGNORE INTO counters VALUES ('schema', 1), ('revision', 0), ('compacted', 0);
`;
const SCHEMA_NUMBER = 1;

/** Result codes of https://www.sqlite.org/rescode.html */
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;

const revisionRow = z.object({ revision: z.number() });
const eventRow = z.object({ key: z.string(), value: z.string().nullable(), revision: z.number() });
const counterRow = z.object({ value: z.number() });

function codeOf(thrown: unknown): number | undefined {
  const code = thrown instanceof Error && 'errcode' in thrown ? thrown.errcode : undefined;
  // Extended codes carry the plain one in their low byte.
  return typeof code === 'number' ? code & 0xff : undefined;
}

function toStoreError(action: string, cause: unknown): VentError {
  if (cause instanceof VentError) return cause;
  if (codeOf(cause) === SQLITE_FULL || hasSystemCode(cause, 'ENOSPC'))
    return new VentError('DISK_FULL', `cannot ${action}: no space is left on its file system`, {
      hint: 'Free some space there; nothing was half written.',
      retry: 'backoff',
      cause,
    });
  return new VentError('STORE_FAILED', `cannot ${action}: ${cause instanceof Error ? cause.message : String(cause)}`, {
    cause,
  });
}

interface Statements {
  readonly begin: StatementSync;
  readonly commit: StatementSync;
  readonly rollback: StatementSync;
  readonly get: StatementSync;
  readonly revisions: StatementSync;
  readonly revision: StatementSync;
  readonly put: StatementSync;
  readonly remove: StatementSync;
  readonly note: StatementSync;
  readonly after: StatementSync;
  readonly forget: StatementSync;
  readonly count: StatementSync;
}

function prepare(database: DatabaseSync): Statements {
  return {
    begin: database.prepare('BEGIN IMMEDIATE'),
    commit: database.prepare('COMMIT'),
    rollback: database.prepare('ROLLBACK'),
    get: database.prepare('SELECT value, revision FROM entries WHERE key = ?'),
    revisions: database.prepare(
      'SELECT key, revision FROM entries INDEXED BY revisions WHERE key >= ? AND key < ? ORDER BY key',
    ),
    revision: database.prepare('SELECT revision FROM entries INDEXED BY revisions WHERE key = ?'),
    put: database.prepare('INSERT OR REPLACE INTO entries VALUES (?, ?, ?)'),
    remove: database.prepare('DELETE FROM entries WHERE key = ?'),
    note: database.prepare('INSERT INTO history VALUES (?, ?, ?)'),
    after: database.prepare(
      'SELECT revision, key, value FROM history WHERE (revision, key) > (?, ?) AND key >= ? AND key < ? ORDER BY revision, key LIMIT ?',
    ),
    forget: database.prepare('DELETE FROM history WHERE revision <= ?'),
    count: database.prepare('UPDATE counters SET value = ? WHERE name = ?'),
  };
}

function readCounter(database: DatabaseSync, name: string): number {
  return counterRow.parse(database.prepare('SELECT value FROM counters WHERE name = ?').get(name)).value;
}

function toEvent(row: unknown): StoreEvent {
  const { key, value, revision } = eventRow.parse(row);
  return value === null
    ? { type: 'remove', key, value: undefined, revision }
    : { type: 'put', key, value: JSON.parse(value), revision };
}

/**
 * Makes an empty file that only its owner may read. One that is there is not opened: closing it would drop the lock of
 * a store that this process has open already (https://www.sqlite.org/howtocorrupt.html, 2.2).
 */
async function createPrivately(path: string): Promise<void> {
  try {
    const handle = await open(path, 'wx', 0o600);
    await handle.close();
  } catch (thrown) {
    if (!hasSystemCode(thrown, 'EEXIST')) throw thrown;
    await chmod(path, 0o600);
  }
}

/** Opens the file, takes the lock, checks every page. @throws VentError STORE_FAILED, DISK_FULL */
async function openDatabase(path: string): Promise<DatabaseSync> {
  await createPrivately(path);
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
    database.exec(`BEGIN IMMEDIATE; ${SCHEMA} COMMIT;`);
    const problem = z.object({ integrity_check: z.string() }).parse(database.prepare('PRAGMA integrity_check').get());
    if (problem.integrity_check !== 'ok')
      throw new VentError('STORE_FAILED', `cannot open ${path}: ${problem.integrity_check}`, {
        hint: 'The file is damaged; put back a copy of the data directory.',
      });
    const schema = readCounter(database, 'schema');
    if (schema !== SCHEMA_NUMBER)
      throw new VentError('STORE_FAILED', `cannot open ${path}: its schema is number ${schema}`, {
        hint: 'It was written by another version of Vent; run that one.',
      });
    return database;
  } catch (thrown) {
    database.close();
    throw thrown;
  }
}

/** @throws VentError STORE_FAILED when another process has the directory or the file is damaged; DISK_FULL */
export async function createSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const path = join(options.directory, 'vent.db');
  try {
    await mkdir(options.directory, { recursive: true, mode: 0o700 });
    return serve(await openDatabase(path), options.keep ?? 10_000);
  } catch (thrown) {
    if (codeOf(thrown) === SQLITE_BUSY)
      throw new VentError('STORE_FAILED', `cannot open ${path}: another coordinator is using it`, {
        hint: 'Stop that one, or give this one a --data directory of its own.',
        cause: thrown,
      });
    throw toStoreError(`open ${path}`, thrown);
  }
}

interface Waiting {
  readonly transaction: EncodedTransaction;
  resolve(revision: number | undefined): void;
  reject(error: VentError): void;
}

interface Counters {
  readonly revision: number;
  readonly compacted: number;
}

/** Runs the transactions in order inside the open one. @returns their answers and the counters after them */
function applyAll(statements: Statements, waiting: readonly Waiting[], before: Counters, keep: number) {
  let { revision, compacted } = before;
  const answers = waiting.map(({ transaction }) => {
    const revisionOf = (key: string): number =>
      revisionRow.optional().parse(statements.revision.get(key))?.revision ?? 0;
    if (!transaction.compare.every((entry) => revisionOf(entry.key) === entry.revision)) return undefined;
    const removed = transaction.remove.filter((key) => revisionOf(key) > 0);
    if (transaction.put.length + removed.length === 0) return revision;
    revision += 1;
    for (const { key, text } of transaction.put) {
      statements.put.run(key, text, revision);
      statements.note.run(revision, key, text);
    }
    for (const key of removed) {
      statements.remove.run(key);
      statements.note.run(revision, key, null);
    }
    return revision;
  });
  if (revision - compacted >= 2 * keep) {
    compacted = revision - keep;
    statements.forget.run(compacted);
    statements.count.run(compacted, 'compacted');
  }
  if (revision > before.revision) statements.count.run(revision, 'revision');
  return { answers, counters: { revision, compacted } };
}

function serve(database: DatabaseSync, keep: number): Store {
  const statements = prepare(database);
  const reader = createReader(statements);
  let counters: Counters = {
    revision: readCounter(database, 'revision'),
    compacted: readCounter(database, 'compacted'),
  };
  let waiting: Waiting[] = [];
  let isClosed = false;
  const feed: Feed = createFeed({
    revision: () => counters.revision,
    compacted: () => counters.compacted,
    after: (place, prefix, limit) =>
      statements.after.all(place.revision, place.key, prefix, endOf(prefix), limit).map(toEvent),
  });

  function commitAll(): void {
    const group = waiting;
    waiting = [];
    try {
      statements.begin.run();
      const result = applyAll(statements, group, counters, keep);
      statements.commit.run();
      counters = result.counters;
      group.forEach(({ resolve }, index) => void resolve(result.answers[index]));
    } catch (thrown) {
      if (database.isTransaction) statements.rollback.run();
      const error = toStoreError('write the store', thrown);
      for (const { reject } of group) reject(error);
    }
    feed.notify();
  }

  function whileOpen<T>(action: string, read: () => T): T {
    if (isClosed) throw new VentError('STORE_FAILED', `cannot ${action}: the store is closed`);
    try {
      return read();
    } catch (thrown) {
      throw toStoreError(action, thrown);
    }
  }

  return {
    get: async (key) => whileOpen(`read ${key}`, () => reader.get(key)),
    list: async (prefix) =>
      whileOpen(`list ${prefix}`, () => ({
        entries: reader.list(prefix, endOf(prefix)),
        revision: counters.revision,
      })),
    transact(transaction) {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
      try {
        const encoded = whileOpen('write the store', () => encodeTransaction(transaction));
        waiting.push({ transaction: encoded, resolve, reject });
        if (waiting.length === 1) setImmediate(commitAll);
      } catch (thrown) {
        reject(thrown);
      }
      return promise;
    },
    watch: feed.watch,
    async close() {
      if (isClosed) return;
      if (waiting.length > 0) commitAll();
      isClosed = true;
      feed.close();
      database.close();
    },
  };
}
