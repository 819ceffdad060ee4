/** Kubernetes objects as they are applied: plain values, the same each time, so that applying them again changes nothing. */
import type { Json } from '../../store/store.ts';

export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: Json | undefined;
}

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

export function clusterRole(name: string, rules: readonly Rule[]): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRole',
    metadata: { name },
    rules: rules.map((rule) => ({ ...rule })),
  };
}

/** Gives a certificate's user or group a cluster role everywhere. */
export function clusterBinding(name: string, role: string, { kind, name: subject }: Subject): KubernetesObject {
  return {
    apiVersion: `${RBAC}/v1`,
    kind: 'ClusterRoleBinding',
    metadata: { name },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: role },
    subjects: [{ apiGroup: RBAC, kind, name: subject }],
  };
}
