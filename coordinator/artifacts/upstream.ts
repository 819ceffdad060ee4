/**
 * Where each program is published ready made, and how its bytes are told to be right. Addresses and file names as the
 * projects' release pages have them.
 */
import type { Algorithm } from './checksum.ts';
import type { Architecture, ArtifactVersions } from './recipes.ts';

export interface Upstream {
  /** Of the file that is downloaded. */
  readonly url: string;
  /** Absent where the project publishes none. */
  readonly checksum?: { readonly url: string; readonly algorithm: Algorithm };
  readonly version: string;
  /** Programs in it; without `member` the downloaded file is the program itself. `member` is its path in the gzipped tarball. */
  readonly programs: readonly { readonly name: string; readonly member?: string }[];
}

const GOARCH: Readonly<Record<Architecture, string>> = { x64: 'amd64', arm64: 'arm64' };
const MACHINE: Readonly<Record<Architecture, string>> = { x64: 'x86_64', arm64: 'aarch64' };
const KUBERNETES = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubectl',
] as const;

/** Every download for these versions. */
export function upstreamsFor(versions: ArtifactVersions, architecture: Architecture): readonly Upstream[] {
  const arch = GOARCH[architecture];
  return [
    ...KUBERNETES.map((name) => kubernetes(name, versions.kubernetes, arch)),
    etcd(versions.etcd, arch),
    containerd(versions.containerd, arch),
    runc(versions.runc, arch),
    ...['runsc', 'containerd-shim-runsc-v1'].map((name) => gvisor(name, versions.runsc, MACHINE[architecture])),
    flannel(versions.flannel, arch),
    cni(versions.cni, arch),
    coredns(versions.coredns, arch),
  ];
}

function release(repository: string, version: string, file: string): string {
  return `https://github.com/${repository}/releases/download/v${version}/${file}`;
}

/** https://kubernetes.io/releases/download/#binaries */
function kubernetes(name: string, version: string, arch: string): Upstream {
  const url = `https://dl.k8s.io/v${version}/bin/linux/${arch}/${name}`;
  return { url, checksum: { url: `${url}.sha256`, algorithm: 'sha256' }, version, programs: [{ name }] };
}

/** https://github.com/etcd-io/etcd/releases */
function etcd(version: string, arch: string): Upstream {
  const folder = `etcd-v${version}-linux-${arch}`;
  const programs = ['etcd', 'etcdctl', 'etcdutl'].map((name) => ({ name, member: `${folder}/${name}` }));
  const checksum = { url: release('etcd-io/etcd', version, 'SHA256SUMS'), algorithm: 'sha256' } as const;
  return { url: release('etcd-io/etcd', version, `${folder}.tar.gz`), checksum, version, programs };
}

/** The static build: the other one wants the glibc of a newer distribution. https://github.com/containerd/containerd/releases */
function containerd(version: string, arch: string): Upstream {
  const url = release('containerd/containerd', version, `containerd-static-${version}-linux-${arch}.tar.gz`);
  const names = ['containerd', 'containerd-shim-runc-v2', 'ctr'];
  const programs = names.map((name) => ({ name, member: `bin/${name}` }));
  return { url, checksum: { url: `${url}.sha256sum`, algorithm: 'sha256' }, version, programs };
}

/** https://github.com/opencontainers/runc/releases */
function runc(version: string, arch: string): Upstream {
  return {
    url: release('opencontainers/runc', version, `runc.${arch}`),
    checksum: { url: release('opencontainers/runc', version, 'runc.sha256sum'), algorithm: 'sha256' },
    version,
    programs: [{ name: 'runc' }],
  };
}

/** https://gvisor.dev/docs/user_guide/install/#specific-release */
function gvisor(name: string, version: string, machine: string): Upstream {
  const url = `https://storage.googleapis.com/gvisor/releases/release/${version}/${machine}/${name}`;
  return { url, checksum: { url: `${url}.sha512`, algorithm: 'sha512' }, version, programs: [{ name }] };
}

/** Publishes no checksums. https://github.com/flannel-io/flannel/releases */
function flannel(version: string, arch: string): Upstream {
  const url = release('flannel-io/flannel', version, `flanneld-${arch}`);
  return { url, version, programs: [{ name: 'flanneld' }] };
}

/** https://github.com/containernetworking/plugins/releases */
function cni(version: string, arch: string): Upstream {
  const url = release('containernetworking/plugins', version, `cni-plugins-linux-${arch}-v${version}.tgz`);
  const programs = ['bridge', 'loopback', 'host-local', 'portmap'].map((name) => ({ name, member: name }));
  return { url, checksum: { url: `${url}.sha256`, algorithm: 'sha256' }, version, programs };
}

/** https://github.com/coredns/coredns/releases */
function coredns(version: string, arch: string): Upstream {
  const url = release('coredns/coredns', version, `coredns_${version}_linux_${arch}.tgz`);
  const programs = [{ name: 'coredns', member: 'coredns' }];
  return { url, checksum: { url: `${url}.sha256`, algorithm: 'sha256' }, version, programs };
}
