/** What writing a small file and storing a large one have in common. */
import type { FileHandle } from 'node:fs/promises';
import type { Clock } from '../../../shared/clock.ts';
import { hasSystemCode, VentError } from '../../../shared/errors.ts';
import type { Attributes } from '../host.ts';
import type { Faults } from './faults.ts';
import type { Names } from './names.ts';

export interface FilesOptions {
  /** Without a slash at the end; '' for the machine itself. */
  readonly root: string;
  readonly names: Names;
  readonly clock: Clock;
  readonly faults: Faults;
}

/** Gives a file its owner, then its mode: changing the owner clears bits of the mode. */
export async function applyAttributes(handle: FileHandle, attributes: Attributes, names: Names): Promise<void> {
  const { uid, gid } = await names.idsOf(attributes.owner);
  await handle.chown(uid, gid);
  await handle.chmod(Number.parseInt(attributes.mode, 8));
}

/** What a failed write of `path` is called: a full disk has a code of its own, anything else stays what it is. */
export function explainFailure(path: string, cause: unknown): unknown {
  if (!hasSystemCode(cause, 'ENOSPC') && !hasSystemCode(cause, 'EDQUOT')) return cause;
  return new VentError('DISK_FULL', `cannot write ${path}: no space left`, {
    hint: 'Free space on the file system; the agent tries again.',
    retry: 'backoff',
    cause,
  });
}
