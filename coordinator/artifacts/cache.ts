/**
 * Artifacts made on this computer, kept between runs: `<directory>/<name>/<version>/<architecture>/<name>` and beside each
 * file `<name>.json`, which says how it came to be. The record is written last: a file without one does not count.
 */
import { chmod, readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import * as z from 'zod';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import type { ArtifactRecord } from '../component.ts';
import { checkContent, commitFile, hashFile, writeDurably } from './durable-file.ts';

const originSchema = z.discriminatedUnion('method', [
  z.strictObject({
    method: z.literal('built'),
    module: z.string(),
    moduleVersion: z.string(),
    package: z.string(),
    /** `go1.26.8` */
    go: z.string(),
    arguments: z.array(z.string()),
    cgo: z.boolean(),
    /** What was changed in the source, in one sentence. */
    change: z.string().optional(),
  }),
  z.strictObject({
    method: z.literal('fetched'),
    url: z.url(),
    /** Address of the upstream's own checksum that it was held against; absent where upstream publishes none. */
    checkedBy: z.url().optional(),
  }),
  /** An image; `from` names the program in it and its hash. */
  z.strictObject({ method: z.literal('packed'), reference: z.string(), from: z.string() }),
  z.strictObject({ method: z.literal('package'), package: z.string() }),
]);

const recordSchema = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9-]*$/),
  version: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.+_-]*$/),
  architecture: z.enum(['x64', 'arm64']),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  size: z.int().positive(),
  variant: z.string().optional(),
  origin: originSchema,
});

export type Origin = z.infer<typeof originSchema>;
export type CacheRecord = z.infer<typeof recordSchema>;

export interface CacheKey extends Pick<ArtifactRecord, 'name' | 'version' | 'architecture'> {
  /** A changed build of the same version, kept apart. */
  readonly variant?: string | undefined;
}

export interface CachedArtifact {
  readonly record: CacheRecord;
  readonly path: string;
}

export interface ArtifactCache {
  /** Where the artifact lies or would lie. */
  pathOf(key: CacheKey): string;
  /** Re-hashes what it finds. @throws ARTIFACT_CORRUPT when the file or its record is not what it should be */
  find(key: CacheKey): Promise<CachedArtifact | undefined>;
  /** All that lie there by their records, sorted by name; nothing is hashed. @throws ARTIFACT_CORRUPT for a record that cannot be read */
  list(): Promise<readonly CachedArtifact[]>;
  /** Takes a complete file over, durably. @throws DISK_FULL, ARTIFACT_CORRUPT when it is empty */
  adopt(key: CacheKey, part: string, origin: Origin): Promise<CachedArtifact>;
}

/** `${XDG_CACHE_HOME:-~/.cache}/vent/artifacts` (https://specifications.freedesktop.org/basedir-spec). */
export function cacheDirectory(environment: NodeJS.ProcessEnv, home: string): string {
  const base = environment.XDG_CACHE_HOME;
  return join(base === undefined || base === '' ? join(home, '.cache') : base, 'vent', 'artifacts');
}

/** Reads the text of a record. @param subject what the message calls it @throws ARTIFACT_CORRUPT */
export function parseRecord(text: string, subject: string): CacheRecord {
  try {
    return recordSchema.parse(JSON.parse(text));
  } catch (cause) {
    throw new VentError('ARTIFACT_CORRUPT', `cannot use ${subject}: its record is not readable`, { cause });
  }
}

/** @returns `name version architecture`, as messages and progress call an artifact */
export function describeKey(key: CacheKey): string {
  return `${key.name} ${key.version} ${key.architecture}${key.variant === undefined ? '' : ` (${key.variant})`}`;
}

/** `<name>/<version>/<architecture>/<name>.json` */
function isRecordPath(path: string): boolean {
  const name = basename(dirname(dirname(dirname(path))));
  return path.split('/').length === 4 && basename(path) === `${name}.json`;
}

/** The cache below `directory`, which need not exist yet. */
export function createArtifactCache(directory: string): ArtifactCache {
  const pathOf = (key: CacheKey): string => {
    const version = key.variant === undefined ? key.version : `${key.version}+${key.variant}`;
    return join(directory, key.name, version, key.architecture, key.name);
  };
  return {
    pathOf,
    async find(key) {
      const path = pathOf(key);
      const text = await readFile(`${path}.json`, 'utf8').catch((error: unknown) => {
        if (hasSystemCode(error, 'ENOENT')) return undefined;
        throw error;
      });
      if (text === undefined) return undefined;
      const record = parseRecord(text, describeKey(key));
      await checkContent(path, record, describeKey(key));
      return { record, path };
    },
    async list() {
      const files = await readdir(directory, { recursive: true }).catch(() => []);
      const paths = files.filter(isRecordPath).map((path) => join(directory, path.slice(0, -'.json'.length)));
      const read = async (path: string): Promise<CachedArtifact> => ({
        record: parseRecord(await readFile(`${path}.json`, 'utf8'), path),
        path,
      });
      return Promise.all(paths.sort((a, b) => basename(a).localeCompare(basename(b)) || a.localeCompare(b)).map(read));
    },
    async adopt(key, part, origin) {
      const { digest, size } = await hashFile(part);
      const record = { ...key, sha256: digest, size, origin };
      const text = `${JSON.stringify(record, null, 2)}\n`;
      const path = pathOf(key);
      const parsed = parseRecord(text, describeKey(key));
      await chmod(part, 0o755);
      await commitFile(part, path);
      await writeDurably(`${path}.json`, text);
      return { record: parsed, path };
    },
  };
}
