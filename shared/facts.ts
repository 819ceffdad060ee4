/** What a machine says of itself when it connects: read once at start, never a secret. */
export interface Facts {
  readonly hostname: string;
  readonly architecture: 'x64' | 'arm64';
  readonly os: { readonly id: string; readonly version: string; readonly name: string };
  readonly kernel: string;
  readonly cpus: number;
  readonly memoryBytes: number;
  /** 1 also for a hybrid hierarchy. */
  readonly cgroup: 1 | 2;
  /** Lower-case names without `CAP_` that root lacks on this machine (`sys_resource` in some sandboxes). */
  readonly missingCapabilities: readonly string[];
  /** The interface that carries the private address, and its addresses. */
  readonly links: readonly FactLink[];
  readonly agentVersion: string;
}

export interface FactLink {
  readonly name: string;
  readonly mac: string;
  readonly mtu: number;
  readonly addresses: readonly { readonly address: string; readonly prefix: number }[];
}
