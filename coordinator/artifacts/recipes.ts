/**
 * How each program is compiled from its public Go module. A recipe is data; toolchain.ts performs it. The flags are those
 * the projects' own release builds use where they matter (version strings, static linking); `-trimpath` and fixed module
 * versions make the result the same bytes on every machine with the same Go.
 *
 * To add a program: its name and package in a recipe below, its version in `ArtifactVersions`.
 */
import { VentError } from '../../shared/errors.ts';
import type { ArtifactRecord } from '../component.ts';

export type Architecture = ArtifactRecord['architecture'];

/** Versions without a leading v, as the spec writes them. */
export interface ArtifactVersions {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly containerd: string;
  readonly runc: string;
  /** Release date of gVisor, `20260905`. */
  readonly runsc: string;
  readonly flannel: string;
  readonly cni: string;
  readonly coredns: string;
  readonly pause: string;
}

/** Versions of the spec in the shape that recipes want. */
export function versionsOf(spec: {
  readonly kubernetes: { readonly version: string };
  readonly versions: Omit<ArtifactVersions, 'kubernetes'>;
}): ArtifactVersions {
  return { kubernetes: spec.kubernetes.version, ...spec.versions };
}

/** A source file that is changed before it is compiled; `from` must occur exactly once. */
export interface SourceChange {
  /** Part of the cache's key, so that a changed program never stands in for a plain one. */
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Said to the operator each time it is built. */
  readonly reason: string;
}

export interface Recipe {
  readonly name: string;
  /** As the catalogue and the spec call it. */
  readonly version: string;
  /** The first holds the programs' `replace` block, if it has one that matters. */
  readonly modules: readonly [GoModule, ...GoModule[]];
  readonly programs: readonly { readonly name: string; readonly package: string }[];
  readonly cgo: boolean;
  readonly tags: readonly string[];
  readonly linkerFlags: string;
  readonly replaces: readonly GoModule[];
  /** Modules that the first module replaces by directories of its own repository are published under this version. */
  readonly stagingVersion?: string;
  readonly change?: SourceChange;
  /** What the C compiler needs, as pkg-config calls it and as Debian does. */
  readonly library?: { readonly name: string; readonly packages: readonly string[] };
}

export interface GoModule {
  readonly path: string;
  readonly version: string;
}

export interface RecipeOptions {
  /**
   * For hosts without CAP_SYS_RESOURCE: gVisor's shim then cannot lower its own oom_score_adj to -999 and refuses to start
   * pods. The changed shim is kept apart from the plain one. Never for a machine that can do better.
   */
  readonly oomScoreRestricted?: boolean;
}

const PLAIN = { cgo: false, tags: [], linkerFlags: '-s -w', replaces: [] } as const;

/** gVisor's Go branch has no tags: the commit that each release date stands for. */
const RUNSC_MODULE_VERSIONS: Readonly<Record<string, string>> = {
  '20260905': 'v0.0.0-20260905035102-160fafc42237',
};

/** Every recipe for these versions, small ones first. @throws ARTIFACT_UNKNOWN for a runsc release whose commit is not known */
export function recipesFor(versions: ArtifactVersions, options: RecipeOptions = {}): readonly Recipe[] {
  return [
    cni(versions.cni),
    runc(versions.runc),
    etcd(versions.etcd),
    containerd(versions.containerd),
    runsc(versions.runsc),
    runscShim(versions.runsc, options.oomScoreRestricted === true),
    flannel(versions.flannel),
    kubernetes(versions.kubernetes),
    coredns(versions.coredns),
  ];
}

function named(prefix: string, ...names: readonly string[]): Recipe['programs'] {
  return names.map((path) => ({ name: path.slice(path.lastIndexOf('/') + 1), package: `${prefix}/${path}` }));
}

function kubernetes(version: string): Recipe {
  const [major = '', minor = '', patch = ''] = version.split('.');
  const stamps = [
    `k8s.io/component-base/version.gitVersion=v${version}`,
    `k8s.io/component-base/version.gitMajor=${major}`,
    `k8s.io/component-base/version.gitMinor=${minor}`,
    `k8s.io/client-go/pkg/version.gitVersion=v${version}`,
  ];
  return {
    ...PLAIN,
    name: 'kubernetes',
    version,
    modules: [{ path: 'k8s.io/kubernetes', version: `v${version}` }],
    programs: named(
      'k8s.io/kubernetes/cmd',
      'kube-apiserver',
      'kube-controller-manager',
      'kube-scheduler',
      'kube-proxy',
      'kubelet',
      'kubectl',
    ),
    linkerFlags: `-s -w ${stamps.map((stamp) => `-X ${stamp}`).join(' ')}`,
    stagingVersion: `v0.${minor}.${patch}`,
  };
}

function etcd(version: string): Recipe {
  const module = (name: string): GoModule => ({ path: `go.etcd.io/etcd/${name}/v3`, version: `v${version}` });
  return {
    ...PLAIN,
    name: 'etcd',
    version,
    modules: [module('server'), module('etcdctl'), module('etcdutl')],
    programs: [
      { name: 'etcd', package: module('server').path },
      { name: 'etcdctl', package: module('etcdctl').path },
      { name: 'etcdutl', package: module('etcdutl').path },
    ],
  };
}

function containerd(version: string): Recipe {
  const path = 'github.com/containerd/containerd/v2';
  return {
    ...PLAIN,
    name: 'containerd',
    version,
    modules: [{ path, version: `v${version}` }],
    programs: named(`${path}/cmd`, 'containerd', 'containerd-shim-runc-v2', 'ctr'),
    linkerFlags: `-s -w -X ${path}/version.Version=v${version}`,
  };
}

/** seccomp filters come from libseccomp, linked statically, so that the machine needs no library. */
function runc(version: string): Recipe {
  const path = 'github.com/opencontainers/runc';
  return {
    name: 'runc',
    version,
    modules: [{ path, version: `v${version}` }],
    programs: [{ name: 'runc', package: path }],
    cgo: true,
    tags: ['seccomp', 'netgo', 'osusergo'],
    linkerFlags: `-s -w -extldflags -static -X main.version=${version}`,
    replaces: [],
    library: { name: 'libseccomp', packages: ['gcc', 'libc6-dev', 'libseccomp-dev', 'pkg-config'] },
  };
}

function runscModule(version: string): GoModule {
  const moduleVersion = RUNSC_MODULE_VERSIONS[version];
  if (moduleVersion === undefined)
    throw new VentError('ARTIFACT_UNKNOWN', `cannot build runsc ${version}: the commit of that release is not known`, {
      hint: `Known releases: ${Object.keys(RUNSC_MODULE_VERSIONS).join(', ')}. Others can be had with vent artifacts fetch.`,
    });
  return { path: 'gvisor.dev/gvisor', version: moduleVersion };
}

function runsc(version: string): Recipe {
  const module = runscModule(version);
  return { ...PLAIN, name: 'runsc', version, modules: [module], programs: named(module.path, 'runsc') };
}

const OOM_SCORE_RESTRICTED: SourceChange = {
  name: 'oom-score-restricted',
  file: 'pkg/shim/v1/manager.go',
  from: 'oomScoreMax = -999',
  to: 'oomScoreMax = 1',
  reason: 'built from a changed copy of its module (oomScoreMax = 1), for a host without CAP_SYS_RESOURCE',
};

function runscShim(version: string, isRestricted: boolean): Recipe {
  const module = runscModule(version);
  return {
    ...PLAIN,
    name: 'runsc-shim',
    version,
    modules: [module],
    programs: [{ name: 'containerd-shim-runsc-v1', package: `${module.path}/shim` }],
    ...(isRestricted ? { change: OOM_SCORE_RESTRICTED } : {}),
  };
}

/** Its go.mod names a release of a cloud's SDK that module mirrors may lack; the older one has all that flannel calls. */
function flannel(version: string): Recipe {
  const path = 'github.com/flannel-io/flannel';
  return {
    name: 'flannel',
    version,
    modules: [{ path, version: `v${version}` }],
    programs: [{ name: 'flanneld', package: path }],
    cgo: true,
    tags: [],
    linkerFlags: `-s -w -linkmode external -extldflags "-static" -X ${path}/pkg/version.Version=v${version}`,
    replaces: [{ path: 'github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/vpc', version: 'v1.0.1136' }],
  };
}

function cni(version: string): Recipe {
  const path = 'github.com/containernetworking/plugins';
  return {
    ...PLAIN,
    name: 'cni',
    version,
    modules: [{ path, version: `v${version}` }],
    programs: named(`${path}/plugins`, 'main/bridge', 'main/loopback', 'ipam/host-local', 'meta/portmap'),
  };
}

function coredns(version: string): Recipe {
  const path = 'github.com/coredns/coredns';
  return {
    ...PLAIN,
    name: 'coredns',
    version,
    modules: [{ path, version: `v${version}` }],
    programs: [{ name: 'coredns', package: path }],
  };
}
