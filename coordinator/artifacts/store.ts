/** Artifacts by content: `<directory>/sha256-<hex>`, complete or absent. What a file is called and meant for is the catalogue's business. */

import type { FileHandle } from 'node:fs/promises';
import { constants, copyFile, link, mkdir, open, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import { besidePath, type Content, checkContent, commitFile, guardSpace, hashFile } from './durable-file.ts';

export interface ArtifactStore {
  /**
   * Takes a file in, as a hard link where the file system allows it and as a copy elsewhere; durable when it resolves.
   * The source must never be changed in place afterwards.
   * @param expected what is stated of the file
   * @throws ARTIFACT_CORRUPT when it is something else, NOT_FOUND when it is not there, DISK_FULL
   */
  add(path: string, expected?: Content): Promise<Content>;
  /** The file for reading, which the caller closes; undefined when it is not there. */
  open(sha256: string): Promise<StoredFile | undefined>;
  /** Re-hashes one. @throws ARTIFACT_CORRUPT also when it is absent */
  verify(content: Content, subject: string): Promise<void>;
}

export interface StoredFile {
  readonly handle: FileHandle;
  /** Bytes on disk. */
  readonly size: number;
}

/** @param directory `<data>/artifacts`, made when needed */
export function createArtifactStore(directory: string): ArtifactStore {
  const pathOf = (sha256: string): string => join(directory, `sha256-${sha256}`);
  return {
    async add(path, expected) {
      if (expected !== undefined && (await isWhole(pathOf(expected.sha256), expected))) return contentOf(expected);
      await guardSpace(directory, () => mkdir(directory, { recursive: true }));
      const part = besidePath(join(directory, 'incoming'));
      try {
        await linkOrCopy(path, part);
        if (expected !== undefined) await checkContent(part, expected, path);
        const content = expected === undefined ? await describeContent(part, path) : contentOf(expected);
        await commitFile(part, pathOf(content.sha256));
        return content;
      } finally {
        await rm(part, { force: true });
      }
    },
    open: (sha256) => openFile(pathOf(sha256)),
    verify: (content, subject) => checkContent(pathOf(content.sha256), content, subject),
  };
}

/** Opens a file for a server. @returns undefined when there is none */
async function openFile(path: string): Promise<StoredFile | undefined> {
  try {
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW);
    return { handle, size: (await handle.stat()).size };
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** Disks lose bits: what lies there is believed only after it was read. */
async function isWhole(path: string, { size, sha256 }: Content): Promise<boolean> {
  try {
    return (await stat(path)).size === size && (await hashFile(path)).digest === sha256;
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT')) return false;
    throw error;
  }
}

/** Another file system, a file of another user (fs.protected_hardlinks) or a file system without links ask for a copy. */
async function linkOrCopy(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    if (hasSystemCode(error, 'ENOENT'))
      throw new VentError('NOT_FOUND', `cannot import ${from}: there is no such file`, { cause: error });
    if (!['EXDEV', 'EPERM', 'ENOTSUP', 'EMLINK'].some((code) => hasSystemCode(error, code))) throw error;
    await guardSpace(to, () => copyFile(from, to, constants.COPYFILE_FICLONE));
  }
}

/** The two figures and nothing else of what a caller passed. */
function contentOf({ sha256, size }: Content): Content {
  return { sha256, size };
}

async function describeContent(path: string, subject: string): Promise<Content> {
  const { digest, size } = await hashFile(path);
  if (size === 0) throw new VentError('ARTIFACT_CORRUPT', `cannot import ${subject}: it is empty`);
  return { sha256: digest, size };
}
