/**
 * Large files sealed on the disk: AES-256-GCM over segments, each authenticated with its place and whether it is the last
 * (the STREAM construction, https://eprint.iacr.org/2015/189), so that nothing is read before it is verified and a file
 * that was cut off, or put together from others, does not open. A key is used for one file only.
 */
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { type FileHandle, open, rm } from 'node:fs/promises';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import { besidePath, commitFile, guardSpace } from '../artifacts/durable-file.ts';

export interface SealedWriter {
  /** @throws VentError DISK_FULL */
  write(bytes: Uint8Array): Promise<void>;
  /** Durable under its name when it resolves. @throws VentError DISK_FULL */
  commit(): Promise<void>;
  /** Takes away what was written; after `commit` it does nothing. */
  discard(): Promise<void>;
}

/** Length of a key, bytes. */
export const SEALED_KEY = 32;

const ALGORITHM = 'aes-256-gcm';
const MAGIC = Buffer.from('vent sealed 1\n');
const SEGMENT = 256 << 10;
const TAG = 16;

function nonceOf(index: number, isLast: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.writeUInt32BE(index, 7);
  nonce.writeUInt8(isLast ? 1 : 0, 11);
  return nonce;
}

function seal(key: Uint8Array, index: number, isLast: boolean, bytes: Uint8Array): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonceOf(index, isLast));
  cipher.setAAD(MAGIC);
  return Buffer.concat([cipher.update(bytes), cipher.final(), cipher.getAuthTag()]);
}

/** Writes beside `path`, 0600, until it is committed. @param key `SEALED_KEY` bytes that nothing else is sealed with */
export async function createSealedFile(path: string, key: Uint8Array): Promise<SealedWriter> {
  const part = besidePath(path);
  const handle = await guardSpace(path, () => open(part, 'wx', 0o600));
  let [held, index, isDone] = [Buffer.alloc(0), 0, false];

  async function put(isLast: boolean): Promise<void> {
    const segment = seal(key, index, isLast, held.subarray(0, SEGMENT));
    held = held.subarray(SEGMENT);
    index += 1;
    await guardSpace(path, () => handle.appendFile(segment));
  }

  try {
    await guardSpace(path, () => handle.appendFile(MAGIC));
  } catch (thrown) {
    await handle.close();
    await rm(part, { force: true });
    throw thrown;
  }
  return {
    async write(bytes) {
      held = Buffer.concat([held, bytes]);
      // The last segment is known as such only when nothing follows.
      while (held.length > SEGMENT) await put(false);
    },
    async commit() {
      await put(true);
      await handle.close();
      await commitFile(part, path);
      isDone = true;
    },
    async discard() {
      if (isDone) return;
      await handle.close().catch(() => undefined);
      await rm(part, { force: true });
    },
  };
}

/** @throws VentError STORE_FAILED when it is gone, was sealed with another key, was cut off or changed since */
export async function* readSealedFile(path: string, key: Uint8Array): AsyncGenerator<Uint8Array> {
  const handle = await openSealed(path);
  try {
    const { size } = await handle.stat();
    const segments = Math.ceil((size - MAGIC.length) / (SEGMENT + TAG));
    if (!(await readAt(handle, 0, MAGIC.length)).equals(MAGIC) || segments < 1) refuse(path, 'it is no sealed file');
    for (let index = 0; index < segments; index += 1) {
      const sealed = await readAt(handle, MAGIC.length + index * (SEGMENT + TAG), SEGMENT + TAG);
      yield unseal(path, key, index, index === segments - 1, sealed);
    }
  } finally {
    await handle.close();
  }
}

async function openSealed(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) refuse(path, 'it is gone');
    throw cause;
  }
}

async function readAt(handle: FileHandle, position: number, length: number): Promise<Buffer> {
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const { bytesRead } = await handle.read(buffer, read, length - read, position + read);
    if (bytesRead === 0) break;
    read += bytesRead;
  }
  return buffer.subarray(0, read);
}

function unseal(path: string, key: Uint8Array, index: number, isLast: boolean, sealed: Buffer): Uint8Array {
  const end = Math.max(0, sealed.length - TAG);
  try {
    const decipher = createDecipheriv(ALGORITHM, key, nonceOf(index, isLast), { authTagLength: TAG });
    decipher.setAAD(MAGIC);
    decipher.setAuthTag(sealed.subarray(end));
    return Buffer.concat([decipher.update(sealed.subarray(0, end)), decipher.final()]);
  } catch {
    return refuse(path, 'it was sealed with another key, was cut off, or changed since');
  }
}

function refuse(path: string, cause: string): never {
  throw new VentError('STORE_FAILED', `cannot open ${path}: ${cause}`);
}
