/** Files that survive a power cut: written beside, fsynced, renamed, their directory fsynced. */
import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { hasSystemCode, VentError } from '../../shared/errors.ts';

export interface Content {
  /** Hex. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** A name beside `path`, in the same directory and so on the same file system, that nobody else uses. */
export function besidePath(path: string): string {
  return `${path}.${randomUUID()}.part`;
}

async function flush(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Moves a complete file to its name durably; parents that are missing are made. @throws DISK_FULL */
export async function commitFile(part: string, path: string): Promise<void> {
  await guardSpace(path, async () => {
    await mkdir(dirname(path), { recursive: true });
    await flush(part);
    await rename(part, path);
    await flush(dirname(path));
  });
}

/** Writes a whole small file durably. @throws DISK_FULL */
export async function writeDurably(path: string, content: string | Uint8Array, mode = 0o644): Promise<void> {
  const part = besidePath(path);
  try {
    await guardSpace(path, async () => {
      await mkdir(dirname(path), { recursive: true });
      const handle = await open(part, 'wx', mode);
      try {
        await handle.writeFile(content);
      } finally {
        await handle.close();
      }
    });
    await commitFile(part, path);
  } finally {
    await rm(part, { force: true });
  }
}

/** Runs writes under `path` and turns a full disk into the error that says so. @throws DISK_FULL */
export async function guardSpace<T>(path: string, write: () => Promise<T>): Promise<T> {
  try {
    return await write();
  } catch (cause) {
    if (!hasSystemCode(cause, 'ENOSPC') && !hasSystemCode(cause, 'EDQUOT')) throw cause;
    throw new VentError('DISK_FULL', `cannot write ${path}: no space is left on its file system`, {
      hint: 'Free some space there and run the same command again.',
      cause,
    });
  }
}

/** Hashes a file as a stream. @throws the system's error when it cannot be read */
export async function hashFile(path: string, algorithm: 'sha256' | 'sha512' = 'sha256'): Promise<HashedFile> {
  const hash = createHash(algorithm);
  let size = 0;
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    hash.update(chunk);
    size += chunk.length;
  }
  return { digest: hash.digest('hex'), size };
}

export interface HashedFile {
  /** Hex. */
  readonly digest: string;
  readonly size: number;
}

/** Checks a file against what is stated of it. @param subject what the message calls it @throws ARTIFACT_CORRUPT, also when it is not there */
export async function checkContent(path: string, stated: Content, subject: string): Promise<void> {
  let actual: HashedFile;
  try {
    actual = await hashFile(path);
  } catch (cause) {
    if (!hasSystemCode(cause, 'ENOENT')) throw cause;
    throw new VentError('ARTIFACT_CORRUPT', `cannot use ${subject}: its file is gone`, { cause });
  }
  if (actual.size !== stated.size)
    throw new VentError(
      'ARTIFACT_CORRUPT',
      `cannot use ${subject}: it has ${actual.size} bytes where ${stated.size} are stated`,
    );
  if (actual.digest !== stated.sha256)
    throw new VentError(
      'ARTIFACT_CORRUPT',
      `cannot use ${subject}: its SHA-256 is ${actual.digest} where ${stated.sha256} is stated`,
    );
}
