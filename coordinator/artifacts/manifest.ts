/** A list of artifacts in a file: what a build made and a coordinator is to take in at its start. */
import { readFile } from 'node:fs/promises';
import { VentError } from '../../shared/errors.ts';
import { type CachedArtifact, parseRecord } from './cache.ts';
import { writeDurably } from './durable-file.ts';

/** Durable; replaces what is there. */
export async function writeManifest(path: string, artifacts: readonly CachedArtifact[]): Promise<void> {
  await writeDurably(path, `${JSON.stringify(artifacts, null, 1)}\n`);
}

/** @throws VentError NOT_FOUND, INVALID_INPUT, ARTIFACT_CORRUPT for a record that is not one */
export async function readManifest(path: string): Promise<readonly CachedArtifact[]> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new VentError('NOT_FOUND', `cannot read the artifacts of ${path}: there is no such file`, { cause });
  });
  let entries: unknown;
  try {
    entries = JSON.parse(text);
  } catch (cause) {
    throw new VentError('INVALID_INPUT', `cannot read the artifacts of ${path}: it is not JSON`, { cause });
  }
  if (!Array.isArray(entries))
    throw new VentError('INVALID_INPUT', `cannot read the artifacts of ${path}: it is not a list`);
  return entries.map((entry: unknown) => readEntry(entry, path));
}

function readEntry(entry: unknown, path: string): CachedArtifact {
  if (
    typeof entry === 'object' &&
    entry !== null &&
    'path' in entry &&
    'record' in entry &&
    typeof entry.path === 'string'
  ) {
    return { path: entry.path, record: parseRecord(JSON.stringify(entry.record), entry.path) };
  }
  throw new VentError('INVALID_INPUT', `cannot read the artifacts of ${path}: an entry has no path or record`);
}
