/** A file tree in memory with the promises of Files: durable at once, no symlink in a parent, nothing half written. */
import { createHash } from 'node:crypto';
import { VentError } from '../../../shared/errors.ts';
import { corruptArtifact } from '../corrupt.ts';
import type { Attributes, FileStat, Files, FilesView } from '../host.ts';
import type { World } from './world.ts';

export interface FakeNode {
  readonly type: FileStat['type'];
  readonly attributes: Attributes;
  readonly content: Uint8Array;
  readonly target: string | undefined;
}

/** Nodes by absolute path; a test may edit it as a foreign hand would. */
export interface FakeTree {
  readonly nodes: Map<string, FakeNode>;
  /** Bytes that can still be written. */
  freeBytes: number;
  putFile(path: string, text: string, attributes?: Attributes): void;
  /** Told of every path that comes, changes or goes. */
  readonly watchers: Set<(path: string) => void>;
  /** What stands in the tree as text by path, so that two trees can be compared. */
  snapshot(): ReadonlyMap<string, string>;
}

const ROOT_DIRECTORY: Attributes = { mode: '0755', owner: 'root:root' };
const NOTHING = new Uint8Array();
const PARENTS = [
  '/etc/systemd/system',
  '/etc/systemd/system/multi-user.target.wants',
  '/etc/systemd/network',
  '/etc/network/interfaces.d',
  '/etc/sysctl.d',
  '/etc/modules-load.d',
  '/etc/nftables.d',
  '/var/lib',
  '/run',
  '/opt',
];

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}

function directory(attributes: Attributes): FakeNode {
  return { type: 'directory', attributes, content: NOTHING, target: undefined };
}

function hex(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function childrenOf(tree: FakeTree, path: string): readonly string[] {
  const prefix = path === '/' ? '/' : `${path}/`;
  return [...tree.nodes.keys()].filter((key) => key !== '/' && key.startsWith(prefix));
}

/** Follows symlinks in every part, the last included, as open(2) does. */
function resolve(tree: FakeTree, path: string, depth = 0): string | undefined {
  if (path === '/') return '/';
  const parent = resolve(tree, parentOf(path), depth);
  if (parent === undefined || depth > 40) return undefined;
  const own = `${parent === '/' ? '' : parent}/${path.slice(path.lastIndexOf('/') + 1)}`;
  const node = tree.nodes.get(own);
  if (node?.target === undefined) return own;
  return resolve(tree, node.target.startsWith('/') ? node.target : `${parent}/${node.target}`, depth + 1);
}

/** Makes missing parents when asked to. @throws VentError PATH_REFUSED when one is a symlink or no directory */
function prepareParents(tree: FakeTree, path: string, makes = true): void {
  const parts = path.split('/').slice(1, -1);
  parts.forEach((_, index) => {
    const parent = `/${parts.slice(0, index + 1).join('/')}`;
    const node = tree.nodes.get(parent);
    if (node === undefined && makes) tree.nodes.set(parent, directory(ROOT_DIRECTORY));
    else if (node !== undefined && node.type !== 'directory')
      throw new VentError('PATH_REFUSED', `cannot write ${path}: its parent ${parent} is a ${node.type}`);
  });
}

function refuseDirectory(tree: FakeTree, path: string): void {
  if (tree.nodes.get(path)?.type === 'directory')
    throw new VentError('COMMAND_FAILED', `cannot write ${path}: a directory is in its place`);
}

/** A map that tells of every change, as the kernel would. */
class WatchedNodes extends Map<string, FakeNode> {
  readonly watchers = new Set<(path: string) => void>();

  override set(path: string, node: FakeNode): this {
    super.set(path, node);
    for (const tell of [...this.watchers]) tell(path);
    return this;
  }

  override delete(path: string): boolean {
    const wasThere = super.delete(path);
    if (wasThere) for (const tell of [...this.watchers]) tell(path);
    return wasThere;
  }
}

function watchTree(tree: FakeTree): Files['watch'] {
  return async (path, onChange, signal) => {
    if (tree.nodes.get(path)?.type !== 'directory') return false;
    const tell = (changed: string): void => {
      if (changed === path) {
        end();
        onChange(undefined);
      } else if (parentOf(changed) === path) onChange(changed.slice(changed.lastIndexOf('/') + 1));
    };
    const end = (): void => void tree.watchers.delete(tell);
    tree.watchers.add(tell);
    signal.addEventListener('abort', end, { once: true });
    return true;
  };
}

export function createFakeTree(): FakeTree {
  const nodes = new WatchedNodes();
  nodes.set('/', directory(ROOT_DIRECTORY));
  const tree: FakeTree = {
    nodes,
    watchers: nodes.watchers,
    freeBytes: Number.MAX_SAFE_INTEGER,
    putFile(path, text, attributes = { mode: '0644', owner: 'root:root' }) {
      prepareParents(tree, path);
      nodes.set(path, { type: 'file', attributes, content: new TextEncoder().encode(text), target: undefined });
    },
    snapshot: () =>
      new Map(
        [...nodes]
          .toSorted(([left], [right]) => (left < right ? -1 : 1))
          .map(([path, node]) => {
            const what = node.type === 'symlink' ? `-> ${node.target}` : hex(node.content).slice(0, 12);
            return [path, `${node.type} ${node.attributes.mode} ${node.attributes.owner} ${what}`];
          }),
      ),
  };
  for (const parent of PARENTS) prepareParents(tree, `${parent}/x`);
  return tree;
}

function viewFiles(tree: FakeTree, world: World): FilesView {
  const contentAt = (path: string): Uint8Array | undefined => {
    world.read();
    const node = tree.nodes.get(resolve(tree, path) ?? '');
    return node?.type === 'file' ? node.content : undefined;
  };
  return {
    read: async (path) => contentAt(path)?.slice(),
    async stat(path) {
      world.read();
      const parent = resolve(tree, parentOf(path)) ?? '';
      const node =
        path === '/'
          ? tree.nodes.get('/')
          : tree.nodes.get(`${parent === '/' ? '' : parent}/${path.split('/').at(-1)}`);
      if (node === undefined) return undefined;
      const target = node.target === undefined ? {} : { target: node.target };
      return { type: node.type, ...node.attributes, size: node.content.length, ...target };
    },
    async list(path) {
      world.read();
      const real = resolve(tree, path) ?? path;
      return childrenOf(tree, real)
        .filter((child) => parentOf(child) === real)
        .map((child) => child.slice(child.lastIndexOf('/') + 1))
        .toSorted();
    },
    async digest(path) {
      const content = contentAt(path);
      return content === undefined ? undefined : hex(content);
    },
    async freeBytes() {
      world.read();
      return tree.freeBytes;
    },
    watch: watchTree(tree),
  };
}

/** @throws VentError DISK_FULL before anything changes */
function takeSpace(tree: FakeTree, path: string, bytes: number): void {
  if (bytes > tree.freeBytes)
    throw new VentError('DISK_FULL', `cannot write ${path}: no space left`, {
      hint: 'Free space on the file system; the agent tries again.',
      retry: 'backoff',
    });
  tree.freeBytes -= bytes;
}

function storeFile(tree: FakeTree, world: World): Files['store'] {
  return async (path, open, expected, attributes) => {
    const part = `${path}.part`;
    let bytes = tree.nodes.get(part)?.content ?? NOTHING;
    for await (const chunk of open(bytes.length)) {
      world.write(`store ${path}: ${chunk.length} bytes`);
      prepareParents(tree, path);
      takeSpace(tree, path, chunk.length);
      bytes = Buffer.concat([bytes, chunk]);
      tree.nodes.set(part, {
        type: 'file',
        attributes: { mode: '0600', owner: 'root:root' },
        content: bytes,
        target: undefined,
      });
      if (bytes.length > expected.size) break;
    }
    if (bytes.length !== expected.size || hex(bytes) !== expected.sha256) {
      if (bytes.length >= expected.size) tree.nodes.delete(part);
      const got = bytes.length > expected.size ? undefined : { size: bytes.length, sha256: hex(bytes) };
      throw corruptArtifact(path, expected, got);
    }
    world.write(`store ${path}`);
    tree.nodes.delete(part);
    tree.nodes.set(path, { type: 'file', attributes, content: bytes, target: undefined });
  };
}

export function createFakeFiles(tree: FakeTree, world: World): Files {
  return {
    ...viewFiles(tree, world),
    async write(path, content, attributes) {
      world.write(`write ${path}`);
      prepareParents(tree, path);
      refuseDirectory(tree, path);
      takeSpace(tree, path, content.length);
      tree.nodes.set(path, { type: 'file', attributes, content: content.slice(), target: undefined });
    },
    async append(path, content, attributes) {
      world.write(`append ${path}`);
      prepareParents(tree, path);
      refuseDirectory(tree, path);
      takeSpace(tree, path, content.length);
      const before = tree.nodes.get(path);
      if (before !== undefined && before.type !== 'file')
        throw new VentError('PATH_REFUSED', `cannot add to ${path}: it is not a plain file`);
      tree.nodes.set(path, {
        type: 'file',
        attributes: before?.attributes ?? attributes,
        content: Buffer.concat([before?.content ?? NOTHING, content]),
        target: undefined,
      });
    },
    async makeDirectory(path, attributes) {
      world.write(`make directory ${path}`);
      prepareParents(tree, path);
      const node = tree.nodes.get(path);
      if (node !== undefined && node.type !== 'directory')
        throw new VentError('PATH_REFUSED', `cannot make directory ${path}: a ${node.type} is in its place`);
      tree.nodes.set(path, directory(attributes));
    },
    async setAttributes(path, attributes) {
      world.write(`set attributes of ${path}`);
      prepareParents(tree, path);
      const node = tree.nodes.get(path);
      if (node === undefined) throw new VentError('NOT_FOUND', `cannot set attributes of ${path}: it is not there`);
      tree.nodes.set(path, { ...node, attributes: { mode: attributes.mode, owner: attributes.owner } });
    },
    async link(path, target) {
      world.write(`link ${path}`);
      prepareParents(tree, path);
      refuseDirectory(tree, path);
      tree.nodes.set(path, {
        type: 'symlink',
        attributes: { mode: '0777', owner: 'root:root' },
        content: NOTHING,
        target,
      });
    },
    store: storeFile(tree, world),
    async remove(path) {
      world.write(`remove ${path}`);
      prepareParents(tree, path, false);
      if (childrenOf(tree, path).length > 0)
        throw new VentError('CONFLICT', `cannot remove ${path}: the directory is not empty`);
      tree.nodes.delete(path);
    },
    async removeTree(path) {
      world.write(`remove tree ${path}`);
      prepareParents(tree, path, false);
      for (const child of childrenOf(tree, path)) tree.nodes.delete(child);
      tree.nodes.delete(path);
    },
  };
}
