/**
 * Parents of a path, opened one by one without following symlinks, so that nobody can put a link in the way between a
 * check and a use: the last one stays open and is named through /proc/self/fd (Node has no openat).
 */
import { constants } from 'node:fs';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { hasSystemCode, VentError } from '../../../shared/errors.ts';

export interface Parent {
  /** A path of the entry itself that goes through no parent by name. */
  readonly entry: string;
  /** The name of a sibling in the same directory. */
  sibling(name: string): string;
  /** Makes renames and removals in the directory durable. */
  flush(): Promise<void>;
}

const DIRECTORY = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;

async function openPart(base: FileHandle, part: string, path: string): Promise<FileHandle | undefined> {
  try {
    return await open(`/proc/self/fd/${base.fd}/${part}`, DIRECTORY);
  } catch (cause) {
    if (hasSystemCode(cause, 'ENOENT')) return undefined;
    if (hasSystemCode(cause, 'ELOOP') || hasSystemCode(cause, 'ENOTDIR'))
      throw new VentError('PATH_REFUSED', `cannot change ${path}: its parent ${part} is not a plain directory`, {
        hint: 'Put a real directory where the symbolic link or file is.',
        cause,
      });
    throw cause;
  }
}

async function makePart(base: FileHandle, part: string, path: string): Promise<FileHandle> {
  await mkdir(`/proc/self/fd/${base.fd}/${part}`).catch((cause: unknown) => {
    if (!hasSystemCode(cause, 'EEXIST')) throw cause;
  });
  const made = await openPart(base, part, path);
  if (made === undefined) throw new VentError('CONFLICT', `cannot change ${path}: its parent ${part} vanished`);
  // Whatever the umask says; mkdir's mode is cut by it.
  await made.chmod(0o755);
  await base.sync();
  return made;
}

/**
 * Gives `use` the open parent of `path`, which is below `root`.
 * @param options.make missing parents are made 0755; otherwise the result is undefined when one is missing
 * @throws VentError PATH_REFUSED when a parent is a symlink or no directory
 */
export async function withParent<T>(
  root: string,
  path: string,
  options: { readonly make: boolean },
  use: (parent: Parent) => Promise<T>,
): Promise<T | undefined> {
  const parts = path.split('/').slice(1);
  const name = parts.pop();
  if (name === undefined || name === '' || [name, ...parts].includes('..'))
    throw new VentError('PATH_REFUSED', `cannot change ${path}: not an absolute, plain path`);
  let directory = await open(`${root}/`, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    for (const part of parts) {
      const next =
        (await openPart(directory, part, path)) ?? (options.make ? await makePart(directory, part, path) : undefined);
      if (next === undefined) return undefined;
      await directory.close();
      directory = next;
    }
    const base = `/proc/self/fd/${directory.fd}`;
    const current = directory;
    return await use({
      entry: `${base}/${name}`,
      sibling: (sibling) => `${base}/${sibling}`,
      flush: () => current.sync(),
    });
  } finally {
    await directory.close();
  }
}
