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
  /** Gives `value` and `revision` of a key. */
  readonly get: StatementSync;
  /** Gives `revision` of a key. */
  readonly revision: StatementSync;
  /** Gives `key` and `revision` of a range of keys. */
  readonly revisions: StatementSync;
}

const entryRow = z.object({ value: z.string(), revision: z.number() });
const presentRow = z.object({ revision: z.number() }).optional();
const revisionRow = z.object({ key: z.string(), revision: z.number() });

export function createReader({ get, revision: ask, revisions }: ReaderStatements): Reader {
  /** By key, as it was read last. A revision is given to one write only, so an entry of the same revision is the same. */
  const known = new Map<string, Entry>();

  function find(key: string, present: number | undefined): Entry | undefined {
    if (present === undefined) known.delete(key);
    const last = known.get(key);
    if (last?.revision === present) return last;
    const { value, revision } = entryRow.parse(get.get(key));
    const entry = { key, value: JSON.parse(value), revision };
    known.set(key, entry);
    return entry;
  }

  return {
    get: (key) => find(key, presentRow.parse(ask.get(key))?.revision),
    list: (from, to) =>
      revisions.all(from, to).flatMap((row) => {
        const { key, revision } = revisionRow.parse(row);
        return find(key, revision) ?? [];
      }),
  };
}
