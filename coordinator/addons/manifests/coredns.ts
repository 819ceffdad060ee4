/** Names of services and pods. The image lies on every machine, so DNS needs no registry. */

import type { ClusterSpec } from '../../../shared/spec/schema.ts';
import { CLUSTER_DOMAIN, dnsAddress } from '../../components/parts/cluster.ts';
import { imageReference } from '../../components/parts/images.ts';
import type { DesiredObject } from '../../kubernetes/object.ts';
import { clusterRole } from './parts.ts';

const NAMESPACE = 'kube-system';
const ROLE = 'system:coredns';
const LABELS = { 'k8s-app': 'kube-dns' };
const METRICS_PORT = 9153;

/** https://coredns.io/plugins/; `loop` ends the program when its forwarder would ask itself. */
const COREFILE = `.:53 {
  errors
  health {
    lameduck 5s
  }
  ready
  kubernetes ${CLUSTER_DOMAIN} in-addr.arpa ip6.arpa {
    pods insecure
    fallthrough in-addr.arpa ip6.arpa
    ttl 30
  }
  prometheus :${METRICS_PORT}
  forward . /etc/resolv.conf {
    max_concurrent 1000
  }
  cache 30
  loop
  reload
  loadbalance
}
`;

export function coredns(spec: ClusterSpec): readonly DesiredObject[] {
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'coredns', namespace: NAMESPACE } },
    clusterRole(ROLE, [
      { apiGroups: [''], resources: ['endpoints', 'services', 'pods', 'namespaces'], verbs: ['list', 'watch'] },
      { apiGroups: ['discovery.k8s.io'], resources: ['endpointslices'], verbs: ['list', 'watch'] },
    ]),
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: ROLE },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: ROLE },
      subjects: [{ kind: 'ServiceAccount', name: 'coredns', namespace: NAMESPACE }],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'coredns', namespace: NAMESPACE },
      data: { Corefile: COREFILE },
    },
    deployment(spec),
    service(spec),
    ...(countMachines(spec) > 1 ? [BUDGET] : []),
  ];
}

/** Names are answered while machines are drained, also when both pods come to be on one. */
const BUDGET: DesiredObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'coredns', namespace: NAMESPACE },
  spec: { maxUnavailable: 1, selector: { matchLabels: LABELS } },
};

/** That pods of CoreDNS may be on: where there is but one, a budget could never be met. */
function countMachines({ pools }: ClusterSpec): number {
  return pools
    .filter(({ roles }) => roles.includes('worker') || roles.includes('control-plane'))
    .reduce((sum, { count }) => sum + count, 0);
}

function deployment(spec: ClusterSpec): DesiredObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'coredns', namespace: NAMESPACE, labels: LABELS },
    spec: {
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 1 } },
      selector: { matchLabels: LABELS },
      template: { metadata: { labels: LABELS }, spec: podSpec(spec) },
    },
  };
}

/** Not on a machine whose pod network does not stand yet: the start-up taint is not tolerated. */
function podSpec(spec: ClusterSpec) {
  return {
    serviceAccountName: 'coredns',
    priorityClassName: 'system-cluster-critical',
    dnsPolicy: 'Default',
    tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
    topologySpreadConstraints: [
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: LABELS },
      },
    ],
    containers: [container(spec)],
    volumes: [{ name: 'config', configMap: { name: 'coredns' } }],
  };
}

function container(spec: ClusterSpec) {
  return {
    name: 'coredns',
    image: imageReference(spec, 'coredns'),
    imagePullPolicy: 'Never',
    args: ['-conf', '/etc/coredns/Corefile'],
    ports: [
      { name: 'dns', containerPort: 53, protocol: 'UDP' },
      { name: 'dns-tcp', containerPort: 53, protocol: 'TCP' },
      { name: 'metrics', containerPort: METRICS_PORT, protocol: 'TCP' },
    ],
    resources: { requests: { cpu: '100m', memory: '70Mi' }, limits: { memory: '256Mi' } },
    livenessProbe: { httpGet: { path: '/health', port: 8080 }, initialDelaySeconds: 30, failureThreshold: 5 },
    readinessProbe: { httpGet: { path: '/ready', port: 8181 }, periodSeconds: 2 },
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    },
    volumeMounts: [{ name: 'config', mountPath: '/etc/coredns', readOnly: true }],
  };
}

function service(spec: ClusterSpec): DesiredObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: NAMESPACE, labels: LABELS },
    spec: {
      clusterIP: dnsAddress(spec),
      selector: LABELS,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
        { name: 'metrics', port: METRICS_PORT, protocol: 'TCP', targetPort: METRICS_PORT },
      ],
    },
  };
}
