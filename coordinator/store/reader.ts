/** Reads entries, each version of one once: what has not been written since is not read from the file and parsed again. */
import type { StatementSync } from 'node:sqlite';
import * as z from 'zod';
import type { Entry } from './store.ts';

export interface Reader {
  get(key: string): Entry | undefined;
  /** Entries from the first key up to the second, which is left out, sorted by key. */
  list(from: string, to: string): readonly Entry[];
}

export interface ReaderStatements {
  /** Gives `key`, `value` and `revision` of a key. */
  readonly get: StatementSync;
  /** Gives `key` and `revision` of a range of keys. */
  readonly revisions: StatementSync;
}

const entryRow = z.object({ key: z.string(), value: z.string(), revision: z.number() });
const revisionRow = z.object({ key: z.string(), revision: z.number() });

export function createReader({ get, revisions }: ReaderStatements): Reader {
  /** By key, as it was read last. A revision is given to one write only, so an entry of the same revision is the same. */
  const known = new Map<string, Entry>();

  function read(key: string): Entry | undefined {
    const row = entryRow.optional().parse(get.get(key));
    if (row === undefined) known.delete(key);
    const last = known.get(key);
    if (row === undefined || last?.revision === row.revision) return last;
    const entry = { key, value: JSON.parse(row.value), revision: row.revision };
    known.set(key, entry);
    return entry;
  }

  return {
    get: read,
    list: (from, to) =>
      revisions.all(from, to).flatMap((row) => {
        const { key, revision } = revisionRow.parse(row);
        const last = known.get(key);
        return last?.revision === revision ? [last] : (read(key) ?? []);
      }),
  };
}
