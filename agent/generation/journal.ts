/**
 * The journal of the change under way: appended to and fsynced before what it tells of happens.
 *
 * INVARIANT: it holds one change. A new one begins a new journal, unless the one before it was neither committed nor taken
 * back: then it goes on in the same, and the way back leads to what was before both.
 */
import type { Files } from '../host/host.ts';
import { PRIVATE } from '../kinds/steps/files.ts';
import { JOURNAL } from './places.ts';
import { decodeRecords, encodeRecord, type JournalRecord, type Kept, type RecordOf } from './records.ts';

/** Where a change stands, read off its records. */
export interface ChangeState {
  readonly begin: RecordOf<'BEGIN'> | undefined;
  readonly staged: RecordOf<'STAGED'> | undefined;
  readonly switched: RecordOf<'SWITCH'> | undefined;
  /** Oldest first. */
  readonly kept: readonly Kept[];
  readonly commit: RecordOf<'COMMIT'> | undefined;
  readonly rollback: RecordOf<'ROLLBACK'> | undefined;
}

export function stateOf(records: readonly JournalRecord[]): ChangeState {
  const last = <T extends JournalRecord['type']>(type: T): RecordOf<T> | undefined =>
    records.findLast((record): record is RecordOf<T> => record.type === type);
  return {
    begin: last('BEGIN'),
    staged: last('STAGED'),
    switched: last('SWITCH'),
    kept: records.flatMap((record) => (record.type === 'KEPT' ? [record.kept] : [])),
    commit: last('COMMIT'),
    rollback: last('ROLLBACK'),
  };
}

export interface Journal {
  state(): Promise<ChangeState>;
  /** Durable when it resolves. */
  append(record: JournalRecord): Promise<void>;
  /** Forgets the change before. */
  clear(): Promise<void>;
}

export function createJournal(files: Files): Journal {
  let records: readonly JournalRecord[] | undefined;
  let last: Promise<unknown> = Promise.resolve();

  async function load(): Promise<readonly JournalRecord[]> {
    const bytes = (await files.read(JOURNAL)) ?? new Uint8Array();
    const read = decodeRecords(bytes);
    // What a crash left half written must not stand before what comes next.
    if (read.length < bytes.length) await files.write(JOURNAL, bytes.slice(0, read.length), PRIVATE);
    return read.records;
  }

  /** One after the other. */
  function queue<T>(work: () => Promise<T>): Promise<T> {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  }

  return {
    state: () =>
      queue(async () => {
        records ??= await load();
        return stateOf(records);
      }),
    append: (record) =>
      queue(async () => {
        const before = records ?? (await load());
        // Unknown until it is durable: a failed write may have left a part.
        records = undefined;
        await files.append(JOURNAL, encodeRecord(record), PRIVATE);
        records = [...before, record];
      }),
    clear: () =>
      queue(async () => {
        await files.remove(JOURNAL);
        records = [];
      }),
  };
}
