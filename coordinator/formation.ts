/** Forming etcd: an operation of its own, recorded once. Pure decisions; the caller writes them down in one transaction. */
import type { ClusterSpec, Pool, Role } from '../shared/spec/schema.ts';
import type { EtcdMember } from './component.ts';

export interface FormingNode {
  readonly id: string;
  readonly name: string;
  readonly pool: string;
  readonly roles: readonly Role[];
  readonly privateAddress: string;
}

/** How many machines of a role the spec declares. */
function declared(spec: ClusterSpec, role: Role): number {
  return spec.pools.filter((pool: Pool) => pool.roles.includes(role)).reduce((sum, pool) => sum + pool.count, 0);
}

/**
 * Why the cluster cannot be formed yet, one sentence per missing role (`waits for 2 more etcd machines to enrol`), or
 * undefined when every declared etcd and control-plane machine has enrolled.
 */
export function missingForFormation(spec: ClusterSpec, nodes: readonly FormingNode[]): string | undefined {
  for (const role of ['etcd', 'control-plane'] as const) {
    const missing = declared(spec, role) - nodes.filter((node) => node.roles.includes(role)).length;
    if (missing > 0) return `waits for ${missing} more ${role} ${missing === 1 ? 'machine' : 'machines'} to enrol`;
  }
  return undefined;
}

/** The join parameters of the first members, by node id: all the same, state `new`. */
export function firstMembers(nodes: readonly FormingNode[]): ReadonlyMap<string, EtcdMember> {
  const members = nodes.filter((node) => node.roles.includes('etcd')).toSorted((a, b) => a.name.localeCompare(b.name));
  const initialCluster = members.map((node) => `${node.name}=https://${node.privateAddress}:2380`).join(',');
  return new Map(members.map((node) => [node.id, { initialCluster, initialClusterState: 'new' }]));
}
