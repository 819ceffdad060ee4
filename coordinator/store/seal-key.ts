/** The key that seals private keys and secrets in the store: a file of its own beside it, made at the first start. */
import { randomBytes } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import { writeDurably } from '../artifacts/durable-file.ts';

const BYTES = 32;

/**
 * Reads `<directory>/seal.key`, or makes it 0600. Durable before anything is sealed with it: a lost key would take every
 * authority with it. To be called while the directory's store is open, which keeps other processes out.
 * @returns 32 bytes
 * @throws VentError STORE_FAILED when others may read the file or it is not 32 bytes long
 */
export async function loadSealKey(directory: string): Promise<Uint8Array> {
  const path = join(directory, 'seal.key');
  const mode = await modeOf(path);
  if (mode === undefined) await writeDurably(path, randomBytes(BYTES), 0o600);
  else if ((mode & 0o077) !== 0)
    throw new VentError('STORE_FAILED', `cannot use ${path}: others than its owner may read it`, {
      hint: `Run chmod 600 ${path}, and consider who could have read it.`,
    });
  const key = await readFile(path);
  if (key.length !== BYTES)
    throw new VentError('STORE_FAILED', `cannot use ${path}: it has ${key.length} bytes instead of ${BYTES}`, {
      hint: 'Put back the file that belongs to this data directory.',
    });
  return key;
}

async function modeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mode;
  } catch (thrown) {
    if (hasSystemCode(thrown, 'ENOENT')) return undefined;
    throw thrown;
  }
}
