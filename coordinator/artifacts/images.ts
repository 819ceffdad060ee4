/**
 * Images without a registry or a container engine: docker-archives of a few files
 * (https://github.com/moby/docker-image-spec/blob/main/spec.md), the same bytes whenever they are made.
 */
import { createHash } from 'node:crypto';
import { type Header, pack } from 'tar-stream';
import type { Architecture } from './recipes.ts';

export interface ImageFile {
  /** Without a leading slash. */
  readonly path: string;
  /** The bytes of a file, or where a symbolic link points. */
  readonly content: Uint8Array | { readonly link: string };
  readonly mode?: number;
}

export interface Image {
  /** `vent.local/pause:1.0.0` */
  readonly reference: string;
  readonly architecture: Architecture;
  readonly files: readonly ImageFile[];
  readonly entrypoint?: readonly string[];
  readonly command?: readonly string[];
  /** `uid:gid`; root when absent. */
  readonly user?: string;
}

/** The names of architectures in images (https://go.dev/doc/install/source#environment). */
const IMAGE_ARCHITECTURE: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const EPOCH = new Date(0);
const DIRECTORIES = [
  'bin',
  'dev',
  'etc',
  'home',
  'proc',
  'root',
  'sys',
  'tmp',
  'usr',
  'usr/bin',
  'var',
  'var/tmp',
  'www',
];

/** @returns `vent.local/<name>:<version>`: a host name that is nobody's, so that nothing is ever pulled */
export function imageReference(name: string, version: string): string {
  return `vent.local/${name}:${version}`;
}

/** The sandbox of every pod: it sleeps. */
export function pauseImage(version: string, architecture: Architecture, busybox: Uint8Array): Image {
  return {
    reference: imageReference('pause', version),
    architecture,
    files: [...systemFiles(), { path: 'bin/busybox', content: busybox, mode: 0o755 }, link('sleep')],
    command: ['/bin/sleep', '2147483647'],
    user: '65535:65535',
  };
}

/** For tests of a cluster. @param applets names that the binary answers to */
export function busyboxImage(
  version: string,
  architecture: Architecture,
  busybox: Uint8Array,
  applets: readonly string[],
): Image {
  const links = [...new Set(applets)].filter((applet) => applet !== 'busybox').map(link);
  return {
    reference: imageReference('busybox', version),
    architecture,
    files: [...systemFiles(), { path: 'bin/busybox', content: busybox, mode: 0o755 }, ...links],
    command: ['/bin/sh'],
  };
}

export function corednsImage(version: string, architecture: Architecture, coredns: Uint8Array): Image {
  return {
    reference: imageReference('coredns', version),
    architecture,
    files: [...systemFiles(), { path: 'coredns', content: coredns, mode: 0o755 }],
    entrypoint: ['/coredns'],
  };
}

function link(applet: string): ImageFile {
  return { path: `bin/${applet}`, content: { link: 'busybox' } };
}

function systemFiles(): readonly ImageFile[] {
  const text = (path: string, content: string): ImageFile => ({ path, content: Buffer.from(content) });
  return [
    text('etc/group', 'root:x:0:\nnobody:x:65534:\n'),
    text('etc/nsswitch.conf', 'hosts: files dns\n'),
    text('etc/passwd', 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n'),
  ];
}

/** The bytes of a docker-archive: its layer, its configuration and the manifest that names both. */
export async function packImage(image: Image): Promise<Buffer> {
  const layer = await packTar([...DIRECTORIES.map(directory), ...image.files.map(fileEntry)]);
  const layerDigest = digestOf(layer);
  const config = Buffer.from(
    JSON.stringify({
      architecture: IMAGE_ARCHITECTURE[image.architecture],
      os: 'linux',
      created: EPOCH.toISOString(),
      config: {
        Env: ['PATH=/bin:/usr/bin'],
        ...(image.user === undefined ? {} : { User: image.user }),
        ...(image.entrypoint === undefined ? {} : { Entrypoint: image.entrypoint }),
        ...(image.command === undefined ? {} : { Cmd: image.command }),
      },
      rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
    }),
  );
  const manifest = [
    { Config: `${digestOf(config)}.json`, RepoTags: [image.reference], Layers: [`${layerDigest}.tar`] },
  ];
  return packTar([
    { header: { name: `${digestOf(config)}.json`, mode: 0o644 }, body: config },
    { header: { name: `${layerDigest}.tar`, mode: 0o644 }, body: layer },
    { header: { name: 'manifest.json', mode: 0o644 }, body: Buffer.from(JSON.stringify(manifest)) },
  ]);
}

interface TarEntry {
  readonly header: Pick<Header, 'name'> & Partial<Header>;
  readonly body?: Uint8Array;
}

function directory(path: string): TarEntry {
  return { header: { name: path, type: 'directory', mode: path.endsWith('tmp') ? 0o1777 : 0o755 } };
}

function fileEntry(file: ImageFile): TarEntry {
  if ('link' in file.content)
    return { header: { name: file.path, type: 'symlink', linkname: file.content.link, mode: 0o777 } };
  return { header: { name: file.path, mode: file.mode ?? 0o644 }, body: file.content };
}

/** Sorted, at the epoch and owned by root, so that equal contents are equal bytes. */
async function packTar(entries: readonly TarEntry[]): Promise<Buffer> {
  const archive = pack();
  const sorted = entries.toSorted((a, b) => (a.header.name < b.header.name ? -1 : 1));
  for (const { header, body } of sorted) {
    archive.entry({ ...header, mtime: EPOCH, uid: 0, gid: 0, uname: '', gname: '' }, Buffer.from(body ?? []));
  }
  archive.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of archive) if (chunk instanceof Uint8Array) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function digestOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
