/** Files on a real file system: reads follow links as open(2) does, writes go through no link and are durable when they resolve. */
import { createHash } from 'node:crypto';
import { constants, createReadStream } from 'node:fs';
import {
  lstat,
  mkdir,
  open,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  rmdir,
  stat,
  statfs,
  symlink,
  unlink,
} from 'node:fs/promises';
import { hasSystemCode, VentError } from '../../../shared/errors.ts';
import type { FileStat, Files, FilesView } from '../host.ts';
import { applyAttributes, explainFailure, type FilesOptions } from './durable.ts';
import { type Parent, withParent } from './parents.ts';
import { storeFile } from './store.ts';
import { createWatch } from './watch.ts';

const ABSENT = ['ENOENT', 'ENOTDIR', 'ELOOP', 'EISDIR'];
const REPLACE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;
/** O_NONBLOCK: opening a pipe must not wait for its other end. */
const LOOK = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
/** A file changed this recently may change again within one tick of the file system's clock; its digest is not kept. */
const SETTLED_MILLISECONDS = 2000;

/** Undefined instead of an error when nothing (or something else) is there. */
async function orAbsent<T>(promise: Promise<T>): Promise<T | undefined> {
  return await promise.catch((cause: unknown) => {
    if (ABSENT.some((code) => hasSystemCode(cause, code))) return undefined;
    throw cause;
  });
}

async function refuseDirectory(parent: Parent, path: string): Promise<void> {
  if ((await orAbsent(lstat(parent.entry)))?.isDirectory() === true)
    throw new VentError('COMMAND_FAILED', `cannot write ${path}: a directory is in its place`, {
      hint: 'Move the directory away.',
    });
}

function createDigest({ root, clock }: FilesOptions): FilesView['digest'] {
  const remembered = new Map<string, { readonly stamp: string; readonly digest: string }>();
  return async (path) => {
    const real = root + path;
    const found = await orAbsent(stat(real, { bigint: true }));
    if (found?.isFile() !== true) return undefined;
    const stamp = `${found.dev} ${found.ino} ${found.size} ${found.mtimeNs} ${found.ctimeNs}`;
    const known = remembered.get(path);
    if (known?.stamp === stamp) return known.digest;
    const hash = createHash('sha256');
    const isRead = await orAbsent(
      (async () => {
        for await (const chunk of createReadStream(real)) hash.update(chunk);
        return true;
      })(),
    );
    if (isRead === undefined) return undefined;
    const digest = hash.digest('hex');
    if (clock.now() - Number(found.ctimeMs) > SETTLED_MILLISECONDS) remembered.set(path, { stamp, digest });
    return digest;
  };
}

function createFilesView(options: FilesOptions): FilesView {
  const { root, names } = options;
  return {
    read: (path) => orAbsent(readFile(root + path)),
    async stat(path): Promise<FileStat | undefined> {
      const found = await orAbsent(lstat(root + path));
      if (found === undefined) return undefined;
      const target = found.isSymbolicLink() ? await orAbsent(readlink(root + path)) : undefined;
      return {
        type: found.isFile()
          ? 'file'
          : found.isDirectory()
            ? 'directory'
            : found.isSymbolicLink()
              ? 'symlink'
              : 'other',
        mode: (found.mode & 0o7777).toString(8).padStart(4, '0'),
        owner: await names.ownerOf(found.uid, found.gid),
        size: found.size,
        ...(target === undefined ? {} : { target }),
      };
    },
    list: async (path) => ((await orAbsent(readdir(root + path))) ?? []).toSorted(),
    digest: createDigest(options),
    watch: createWatch(root),
    async freeBytes(path) {
      for (let current = path; current !== ''; current = current.slice(0, current.lastIndexOf('/'))) {
        const found = await orAbsent(statfs(root + current));
        if (found !== undefined) return found.bfree * found.bsize;
      }
      const found = await statfs(`${root}/`);
      return found.bfree * found.bsize;
    },
  };
}

function writeFile({ root, names, faults }: FilesOptions): Files['write'] {
  return async (path, content, attributes) => {
    await withParent(root, path, { make: true }, async (parent) => {
      await refuseDirectory(parent, path);
      const beside = besideOf(parent, path);
      await rm(beside, { force: true });
      const handle = await open(beside, REPLACE, 0o600);
      try {
        await handle.writeFile(content);
        faults.at('written', path);
        await applyAttributes(handle, attributes, names);
        await handle.sync();
        faults.at('synced', path);
        await rename(beside, parent.entry);
        faults.at('renamed', path);
      } catch (cause) {
        await rm(beside, { force: true });
        throw explainFailure(path, cause);
      } finally {
        await handle.close();
      }
      await parent.flush();
    });
  };
}

function appendFile({ root, names, faults }: FilesOptions): Files['append'] {
  return async (path, content, attributes) => {
    await withParent(root, path, { make: true }, async (parent) => {
      const isNew = (await orAbsent(lstat(parent.entry))) === undefined;
      const handle = await open(parent.entry, APPEND, 0o600).catch((cause: unknown) => {
        throw new VentError('PATH_REFUSED', `cannot add to ${path}: it is not a plain file`, { cause });
      });
      try {
        if (isNew) await applyAttributes(handle, attributes, names);
        await handle.writeFile(content);
        await handle.sync();
        faults.at(`appended to ${path}`, Buffer.from(content).toString('utf8'));
      } catch (cause) {
        throw explainFailure(path, cause);
      } finally {
        await handle.close();
      }
      if (isNew) await parent.flush();
    });
  };
}

/** One name per file, so that what a killed agent left is overwritten by the next. */
function besideOf(parent: Parent, path: string): string {
  return parent.sibling(`.${path.slice(path.lastIndexOf('/') + 1)}.vent-new`);
}

function linkFile({ root, faults }: FilesOptions): Files['link'] {
  return async (path, target) => {
    await withParent(root, path, { make: true }, async (parent) => {
      await refuseDirectory(parent, path);
      const beside = besideOf(parent, path);
      await rm(beside, { force: true });
      await symlink(target, beside);
      await rename(beside, parent.entry);
      faults.at('linked', path);
      await parent.flush();
    });
  };
}

function makeDirectory({ root, names }: FilesOptions): Files['makeDirectory'] {
  return async (path, attributes) => {
    await withParent(root, path, { make: true }, async (parent) => {
      await mkdir(parent.entry, 0o700).catch((cause: unknown) => {
        if (!hasSystemCode(cause, 'EEXIST')) throw cause;
      });
      const handle = await open(parent.entry, LOOK | constants.O_DIRECTORY).catch((cause: unknown) => {
        throw new VentError('PATH_REFUSED', `cannot make directory ${path}: something else is in its place`, { cause });
      });
      await applyAttributes(handle, attributes, names).finally(() => handle.close());
      await parent.flush();
    });
  };
}

function setAttributes({ root, names }: FilesOptions): Files['setAttributes'] {
  return async (path, attributes) => {
    const isDone = await withParent(root, path, { make: false }, async (parent) => {
      const handle = await open(parent.entry, LOOK).catch((cause: unknown) => {
        if (hasSystemCode(cause, 'ENOENT')) return undefined;
        throw new VentError('PATH_REFUSED', `cannot set attributes of ${path}: it is not a plain file`, { cause });
      });
      if (handle === undefined) return undefined;
      await applyAttributes(handle, attributes, names)
        .then(() => handle.sync())
        .finally(() => handle.close());
      return true;
    });
    if (isDone === undefined) throw new VentError('NOT_FOUND', `cannot set attributes of ${path}: it is not there`);
  };
}

function removeFile({ root, faults }: FilesOptions): Files['remove'] {
  return async (path) => {
    await withParent(root, path, { make: false }, async (parent) => {
      const found = await orAbsent(lstat(parent.entry));
      if (found === undefined) return;
      await (found.isDirectory() ? rmdir(parent.entry) : unlink(parent.entry)).catch((cause: unknown) => {
        if (hasSystemCode(cause, 'ENOTEMPTY'))
          throw new VentError('CONFLICT', `cannot remove ${path}: the directory is not empty`, { cause });
        if (!hasSystemCode(cause, 'ENOENT')) throw cause;
      });
      faults.at('removed', path);
      await parent.flush();
    });
  };
}

export function createFiles(options: FilesOptions): Files {
  const { root } = options;
  return {
    ...createFilesView(options),
    write: writeFile(options),
    append: appendFile(options),
    makeDirectory: makeDirectory(options),
    setAttributes: setAttributes(options),
    link: linkFile(options),
    store: storeFile(options),
    remove: removeFile(options),
    async removeTree(path) {
      await withParent(root, path, { make: false }, async (parent) => {
        await rm(parent.entry, { recursive: true, force: true });
        await parent.flush();
      });
    },
  };
}
