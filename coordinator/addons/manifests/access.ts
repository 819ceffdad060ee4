/** Who may do what, for the identities that Vent gives out. Kubernetes brings the bindings of its own programs. */
import { KUBELET_CLIENT_GROUP } from '../../components/kube-apiserver.ts';
import type { DesiredObject } from '../../kubernetes/object.ts';
import { clusterBinding } from './parts.ts';

/** Organisation in administrators' certificates. */
export const ADMINISTRATORS_GROUP = 'vent:cluster-admins';
/** Common name of the coordinator's own client certificate. */
export const COORDINATOR_USER = 'vent:coordinator';

/**
 * The coordinator is bound to cluster-admin: it holds the authority that every identity comes from, so that a narrower
 * role would keep it from nothing.
 */
export function access(): readonly DesiredObject[] {
  return [
    clusterBinding('vent:cluster-admins', 'cluster-admin', { kind: 'Group', name: ADMINISTRATORS_GROUP }),
    clusterBinding('vent:coordinator', 'cluster-admin', { kind: 'User', name: COORDINATOR_USER }),
    clusterBinding('vent:kube-apiserver-kubelet-client', 'system:kubelet-api-admin', {
      kind: 'Group',
      name: KUBELET_CLIENT_GROUP,
    }),
  ];
}
