/**
 * What was done, by whom, with what result: append-only, each record holding the hash of the one before.
 *
 * INVARIANTS
 * - Records are numbered without gaps, and the head names the last one.
 * - What is audited and its record are one transaction: neither is ever there alone.
 */
import { createHash } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import { createCollection, type Row } from './store/collection.ts';
import type { Store, Transaction } from './store/store.ts';

/** No field holds a secret. */
export interface AuditEntry {
  /** `device:<id>`, `operator:<name>`, `node:<uuid>`, `coordinator`. */
  readonly actor: string;
  /** `enrol`, `token.create`, ... */
  readonly action: string;
  /** What it was done to. */
  readonly subject: string;
  /** `done`, `refused` or `alarm`, with a reason after a colon. */
  readonly result: string;
}

const recordSchema = z.strictObject({
  sequence: z.int().positive(),
  /** RFC 3339. */
  time: z.iso.datetime(),
  actor: z.string(),
  action: z.string(),
  subject: z.string(),
  result: z.string(),
  /** Hash of the record before; 64 zeros in the first. */
  previous: z.string(),
  /** Hex SHA-256 over all of the above, in this order. */
  hash: z.string(),
});

export type AuditRecord = z.infer<typeof recordSchema>;

const headSchema = z.strictObject({ sequence: z.int().nonnegative(), hash: z.string() });
/** Names a chain's last record; kept elsewhere, it shows whether the chain was cut or written anew. */
export type AuditHead = z.infer<typeof headSchema>;

export interface Audit {
  append(entry: AuditEntry): Promise<void>;
  /** Writes a transaction and its record together. @returns as the store's transact */
  transact(entry: AuditEntry, transaction: Transaction): Promise<number | undefined>;
  head(): Promise<AuditHead>;
  /** @returns the records that `head` stands for, oldest first */
  list(): Promise<readonly AuditRecord[]>;
  /**
   * Reads the whole chain.
   * @param known a head that was kept elsewhere
   * @returns what is wrong, one sentence; undefined when every record is as it was written
   */
  verify(known?: AuditHead): Promise<string | undefined>;
}

const EMPTY: AuditHead = { sequence: 0, hash: '0'.repeat(64) };

function hashOf(record: Omit<AuditRecord, 'hash'>): string {
  const { previous, sequence, time, actor, action, subject, result } = record;
  const text = JSON.stringify([previous, sequence, time, actor, action, subject, result]);
  return createHash('sha256').update(text).digest('hex');
}

const recordKey = (sequence: number): string => String(sequence).padStart(12, '0');

export function createAudit(store: Store, clock: Clock): Audit {
  const heads = createCollection(store, '/audit-head/', headSchema);
  const records = createCollection(store, '/audit/', recordSchema);
  let last: Promise<unknown> = Promise.resolve();

  async function readHead(): Promise<Row<AuditHead>> {
    return (await heads.get('head')) ?? { key: 'head', value: EMPTY, revision: 0 };
  }

  async function write(entry: AuditEntry, transaction: Transaction): Promise<number | undefined> {
    const head = await readHead();
    const { actor, action, subject, result } = entry;
    const time = new Date(clock.now()).toISOString();
    const body = { sequence: head.value.sequence + 1, time, actor, action, subject, result, previous: head.value.hash };
    const record: AuditRecord = { ...body, hash: hashOf(body) };
    const revision = await store.transact({
      ...transaction,
      compare: [...transaction.compare, { key: heads.keyOf('head'), revision: head.revision }],
      put: [
        ...(transaction.put ?? []),
        records.writing(recordKey(record.sequence), record),
        heads.writing('head', { sequence: record.sequence, hash: record.hash }),
      ],
    });
    // Another writer of the chain is no reason to fail; a comparison of the caller's own is.
    if (revision === undefined && (await readHead()).revision !== head.revision) return write(entry, transaction);
    return revision;
  }

  /** One at a time: each record needs the hash of the one before. */
  function transact(entry: AuditEntry, transaction: Transaction): Promise<number | undefined> {
    const written = last.then(() => write(entry, transaction));
    last = written.catch(() => undefined);
    return written;
  }

  const list = async (): Promise<readonly AuditRecord[]> => (await records.list()).rows.map((row) => row.value);

  return {
    async append(entry) {
      if ((await transact(entry, { compare: [] })) === undefined)
        throw new VentError('BUG', 'cannot append to the audit: a transaction without comparisons did not hold');
    },
    transact,
    head: async () => (await readHead()).value,
    list,
    verify: async (known) => findBreak(await list(), (await readHead()).value, known),
  };
}

function findBreak(records: readonly AuditRecord[], head: AuditHead, known?: AuditHead): string | undefined {
  let before = EMPTY;
  for (const record of records) {
    if (record.sequence !== before.sequence + 1) return `record ${before.sequence + 1} is missing`;
    if (record.previous !== before.hash) return `record ${record.sequence} does not follow the one before it`;
    if (record.hash !== hashOf(record)) return `record ${record.sequence} was changed`;
    before = { sequence: record.sequence, hash: record.hash };
  }
  if (before.sequence !== head.sequence || before.hash !== head.hash)
    return `the chain ends at record ${before.sequence}, its head says ${head.sequence}`;
  if (known === undefined || known.sequence === 0) return undefined;
  const there = records[known.sequence - 1];
  return there?.hash === known.hash ? undefined : `record ${known.sequence} is not the one that was known`;
}
