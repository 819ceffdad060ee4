/** Steps that several kinds share: a file that Vent writes whole. */
import { createHash } from 'node:crypto';
import type { Attributes, FileStat, HostView } from '../../host/host.ts';
import { phrase, type Step } from '../../kind.ts';

/** What configuration that holds no secret is written with. */
export const PLAIN: Attributes = { mode: '0644', owner: 'root:root' };
/** What only root may read. */
export const PRIVATE: Attributes = { mode: '0600', owner: 'root:root' };

/** Hex SHA-256. */
export function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Why mode or owner are not as wanted, or undefined. */
export function compareAttributes(stat: FileStat, wanted: Attributes): string | undefined {
  if (stat.mode !== wanted.mode) return `mode is ${stat.mode}`;
  return stat.owner === wanted.owner ? undefined : `owner is ${stat.owner}`;
}

/** Why the file at `path` is not as wanted, or undefined. @param digest hex SHA-256 that its bytes should have */
export async function compareFile(
  view: HostView,
  path: string,
  digest: string,
  wanted: Attributes,
): Promise<string | undefined> {
  const stat = await view.files.stat(path);
  if (stat === undefined) return 'missing';
  if (stat.type !== 'file') return `a ${stat.type} is in its place`;
  if ((await view.files.digest(path)) !== digest) return 'content differs';
  return compareAttributes(stat, wanted);
}

/** `write /etc/x (0644 root:root): content differs`, or nothing. */
export async function planText(
  view: HostView,
  path: string,
  text: string,
  { mode, owner }: Attributes,
): Promise<readonly Step[]> {
  const content = new TextEncoder().encode(text);
  const reason = await compareFile(view, path, hashOf(content), { mode, owner });
  if (reason === undefined) return [];
  return [
    {
      ...phrase(`write ${path} (${mode} ${owner})`, reason),
      apply: (host) => host.files.write(path, content, { mode, owner }),
    },
  ];
}

/** `remove /etc/x`, or nothing when it is not there; a directory in a file's place is not Vent's and stays. */
export async function planRemoval(view: HostView, path: string): Promise<readonly Step[]> {
  const stat = await view.files.stat(path);
  if (stat === undefined || stat.type === 'directory') return [];
  return [{ ...phrase(`remove ${path}`), apply: (host) => host.files.remove(path) }];
}

/** `remove directory /etc/x` when it is an empty directory once `ignored` names are gone; what others put there stays. */
export async function planDirectoryRemoval(
  view: HostView,
  path: string,
  ignored: readonly string[] = [],
): Promise<readonly Step[]> {
  if ((await view.files.stat(path))?.type !== 'directory') return [];
  const others = (await view.files.list(path)).filter((name) => !ignored.includes(name));
  if (others.length > 0) return [];
  // Whether it is empty is known once what lay in it is gone.
  return [{ ...phrase(`remove directory ${path}`), weight: 'free', apply: (host) => host.files.remove(path) }];
}
