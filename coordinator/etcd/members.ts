/** Machines as members of etcd. */
import { ETCD_PEER_PORT } from '../components/etcd.ts';
import type { NodeRow } from '../nodes/row.ts';

/** Which member is on a machine is told by this alone: it stands there before the member has a name. */
export function peerUrlOf({ privateAddress }: Pick<NodeRow, 'privateAddress'>): string {
  return `https://${privateAddress.address}:${ETCD_PEER_PORT}`;
}

/** A voting member: a first one, or a later one that was promoted. */
export function votesInEtcd({ etcd, etcdVotes }: Pick<NodeRow, 'etcd' | 'etcdVotes'>): boolean {
  return etcd !== undefined && (etcd.initialClusterState === 'new' || etcdVotes === true);
}
