/** What the fake API server keeps: objects by path, their versions, and what happened to them. */
import { isDeepStrictEqual } from 'node:util';
import { type Fields, isFields } from './patch.ts';

export interface Change {
  readonly version: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly path: string;
  readonly fields: Fields;
}

export interface FakeStore {
  get(path: string): Fields | undefined;
  /** Objects at the paths that fit, sorted by path. */
  list(fits: (path: string) => boolean): readonly Fields[];
  /** Gives it a uid and a new version when it differs from what is there. */
  put(path: string, fields: Fields): Fields;
  remove(path: string): void;
  version(): number;
  /** Changes after a version; undefined when that history is gone. */
  since(version: number): readonly Change[] | undefined;
  /** Forgets all history. */
  compact(): void;
  /** Resolves at the next change. */
  changed(): Promise<void>;
  /** Resolves `changed` although nothing did. */
  stir(): void;
}

export function createFakeStore(): FakeStore {
  const objects = new Map<string, Fields>();
  const changes: Change[] = [];
  let version = 1;
  let oldest = 0;
  let next = Promise.withResolvers<void>();
  const stir = (): void => {
    next.resolve();
    next = Promise.withResolvers();
  };
  const record = (type: Change['type'], path: string, fields: Fields): void => {
    changes.push({ version, type, path, fields });
    stir();
  };
  return {
    get: (path) => objects.get(path),
    list: (fits) =>
      [...objects]
        .filter(([path]) => fits(path))
        .toSorted(([a], [b]) => a.localeCompare(b))
        .map(([, fields]) => fields),
    put(path, fields) {
      const present = objects.get(path);
      const metadata = isFields(fields.metadata) ? fields.metadata : {};
      const before = present !== undefined && isFields(present.metadata) ? present.metadata : undefined;
      const uid = before?.uid ?? `uid-${version + 1}`;
      const same = { ...fields, metadata: { ...metadata, uid, resourceVersion: before?.resourceVersion ?? '' } };
      if (present !== undefined && isDeepStrictEqual(present, same)) return present;
      version += 1;
      const stored = { ...same, metadata: { ...same.metadata, resourceVersion: `${version}` } };
      objects.set(path, stored);
      record(present === undefined ? 'ADDED' : 'MODIFIED', path, stored);
      return stored;
    },
    remove(path) {
      const present = objects.get(path);
      if (present === undefined) return;
      objects.delete(path);
      version += 1;
      const metadata = isFields(present.metadata) ? present.metadata : {};
      record('DELETED', path, { ...present, metadata: { ...metadata, resourceVersion: `${version}` } });
    },
    version: () => version,
    since: (known) => (known < oldest ? undefined : changes.filter((change) => change.version > known)),
    compact: () => {
      oldest = version;
      stir();
    },
    changed: () => next.promise,
    stir,
  };
}
