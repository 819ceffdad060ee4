/** What several manifests are made of. Objects are plain values, the same each time, so that applying them again changes nothing. */
import type { DesiredObject } from '../../kubernetes/object.ts';

const RBAC = 'rbac.authorization.k8s.io';

/** A user or a group, as certificates name it. */
export interface Subject {
  readonly kind: 'User' | 'Group';
  readonly name: string;
}

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export function clusterRole(name: string, rules: readonly Rule[]): DesiredObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name },
    rules: rules.map((rule) => ({ ...rule })),
  };
}

/** Gives a certificate's user or group a cluster role everywhere. */
export function clusterBinding(name: string, role: string, { kind, name: subject }: Subject): DesiredObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: RBAC, kind, name: subject }],
  };
}
