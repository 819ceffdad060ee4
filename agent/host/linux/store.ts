/** Streaming a large file of known hash to disk, from where an earlier attempt stopped. */
import { createHash, type Hash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, lstat, open, rename, rm } from 'node:fs/promises';
import { VentError } from '../../../shared/errors.ts';
import { corruptArtifact } from '../corrupt.ts';
import type { Files } from '../host.ts';
import { applyAttributes, explainFailure, type FilesOptions } from './durable.ts';
import { withParent } from './parents.ts';

type Open = Parameters<Files['store']>[1];
type Expected = Parameters<Files['store']>[2];

const PART = constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW;

/** Hashes what lies in the part and gives its length; a part that is too long is emptied. */
async function takeUp(part: FileHandle, hash: Hash, size: number): Promise<number> {
  const { size: length } = await part.stat();
  if (length > size) {
    await part.truncate(0);
    return 0;
  }
  for await (const chunk of part.createReadStream({ start: 0, autoClose: false })) hash.update(chunk);
  return length;
}

async function writeAll(part: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let written = 0; written < chunk.length; ) {
    const { bytesWritten } = await part.write(chunk, written, chunk.length - written, position + written);
    written += bytesWritten;
  }
}

/** Bytes gathered before they are written: TLS hands out 16 KiB at a time, and each write costs a turn of the thread pool. */
const BLOCK = 1 << 20;

/** Appends everything the source gives; what came before it failed is written too. @returns the new length, or undefined when it gives more than expected */
async function append(
  part: FileHandle,
  source: AsyncIterable<Uint8Array>,
  hash: Hash,
  from: number,
  most: number,
): Promise<number | undefined> {
  const held: Uint8Array[] = [];
  let written = from;
  let length = from;
  const flush = async (): Promise<void> => {
    if (length === written) return;
    await writeAll(part, Buffer.concat(held.splice(0)), written);
    written = length;
  };
  try {
    for await (const chunk of source) {
      if (length + chunk.length > most) return undefined;
      held.push(chunk);
      hash.update(chunk);
      length += chunk.length;
      if (length - written >= BLOCK) await flush();
    }
  } finally {
    await flush();
  }
  return length;
}

/** @returns what lies in the part now; undefined when the source gave more than expected */
async function fill(part: FileHandle, openSource: Open, expected: Expected): Promise<Expected | undefined> {
  const hash = createHash('sha256');
  const kept = await takeUp(part, hash, expected.size);
  const length = kept < expected.size ? await append(part, openSource(kept), hash, kept, expected.size) : kept;
  return length === undefined ? undefined : { size: length, sha256: hash.digest('hex') };
}

export function storeFile({ root, names }: FilesOptions): Files['store'] {
  return async (path, openSource, expected, attributes) => {
    await withParent(root, path, { make: true }, async (parent) => {
      const partPath = parent.sibling(`${path.slice(path.lastIndexOf('/') + 1)}.part`);
      const dropPart = (): Promise<void> => rm(partPath, { force: true });
      if ((await lstat(partPath).catch(() => undefined))?.isFile() === false) await dropPart();
      const part = await open(partPath, PART, 0o600);
      try {
        const got = await fill(part, openSource, expected);
        if (got?.sha256 !== expected.sha256) {
          // What is merely short may still become right.
          if (got === undefined || got.size >= expected.size) await dropPart();
          throw corruptArtifact(path, expected, got);
        }
        await applyAttributes(part, attributes, names);
        await part.sync();
      } catch (cause) {
        const error = explainFailure(path, cause);
        // A source that fails leaves the part for the next attempt; on a full disk it would only be in the way.
        if (error instanceof VentError && error.code === 'DISK_FULL') await dropPart();
        throw error;
      } finally {
        await part.close();
      }
      await rename(partPath, parent.entry);
      await parent.flush();
    });
  };
}
