/**
 * A component says what: a pure function from the cluster's wish, the machine itself and its peers to resources. It
 * performs nothing and reads no clock, so its output can be compared, signed and explained.
 */
import type { Resource } from '../shared/document.ts';
import type { Endpoints } from '../shared/endpoints.ts';
import type { Facts } from '../shared/facts.ts';
import type { Settings } from '../shared/spec/patches.ts';
import type { ClusterSpec, Role } from '../shared/spec/schema.ts';

/** A machine as components see it. */
export interface Machine {
  /** Node uuid. */
  readonly id: string;
  /** The unique node name that the coordinator assigned. */
  readonly name: string;
  readonly pool: string;
  readonly roles: readonly Role[];
  readonly privateAddress: string;
  readonly privatePrefix: number;
  readonly privateGateway: string;
  readonly publicAddress: string | undefined;
  /** `10.1.2.0/24`-like, allocated by the coordinator; undefined on machines that run no kubelet. */
  readonly podCIDR: string | undefined;
  readonly providerId: string;
  /** How this member joined etcd; stored once when it joins, never rendered anew. */
  readonly etcd: EtcdMember | undefined;
  /** A member of etcd that serves clients: not one that still learns. */
  readonly servesEtcd: boolean;
}

export interface EtcdMember {
  /** `n1=https://10.0.0.3:2380,...` as it was when this member joined. */
  readonly initialCluster: string;
  readonly initialClusterState: 'new' | 'existing';
}

/** The machine that is rendered for: the same, and its facts. */
export interface Self extends Machine {
  readonly facts: Facts;
  /** What the cluster file's patches come to on it. */
  readonly settings: Settings;
}

export interface ArtifactRecord {
  readonly name: string;
  readonly version: string;
  readonly architecture: 'x64' | 'arm64';
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
}

/** What is rendered from, beside the machine: the spec with defaults filled in, and what the coordinator looked up for it. */
export interface RenderSpec extends ClusterSpec {
  readonly clusterId: string;
  /** Where machines reach the coordinator, as it advertises. */
  readonly coordinator: Endpoints;
  /** @throws ARTIFACT_UNKNOWN naming artifact, version and architecture */
  artifact(name: string, version: string, architecture: 'x64' | 'arm64'): ArtifactRecord;
  /** The agent that the revision was applied with; undefined where it is left as it is. */
  agent(architecture: 'x64' | 'arm64'): { readonly sha256: string; readonly size: number } | undefined;
  /** Current version number of a secret (`service-account-key`, `encryption-config`, ...). */
  secretVersion(name: string): number;
}

export interface Component {
  readonly name: string;
  /** One line for documentation and `vent explain`. */
  readonly summary: string;
  /** Set where everything else of the machine comes before it. */
  readonly comesLast?: true;
  /** Resources in the order they are to be converged; empty when the machine's roles do not call for it. `peers` are all machines of the cluster, `self` included, sorted by name. @throws VentError when it cannot be had on this machine */
  render(spec: RenderSpec, self: Self, peers: readonly Machine[]): readonly Resource[];
}
