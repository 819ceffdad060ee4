import type { ResourceOf } from '../../shared/document.ts';
import type { Component, RenderSpec, Self } from '../component.ts';
import { BALANCER } from './balancer.ts';
import { CONTAINERD_SOCKET, CONTAINERD_UNIT, POD_PROCESSES } from './containerd.ts';
import { interfaceId } from './flannel.ts';
import { CLUSTER_DOMAIN, dnsAddress, runsControlPlane, runsKubelet } from './parts/cluster.ts';
import { CIPHERS, clusterServer, kubeconfig, NODE_DAYS, OLDEST_TLS, TRUST, TRUST_FILE } from './parts/kubernetes.ts';
import { withConfig, withExtraArgs } from './parts/patched.ts';
import { BIN, CLUSTER_DEADLINE, flags, leaf, program, SEARCH_PATH, service, yamlFile } from './parts/resources.ts';

const FOLDER = '/etc/kubernetes/kubelet';
const LEAF = `${FOLDER}/kubelet.pem`;
const KUBECONFIG = `${FOLDER}/kubeconfig`;
const CONFIGURATION = `${FOLDER}/config.yaml`;
const UNIT = 'unit:kubelet.service';

export const kubelet: Component = {
  name: 'kubelet',
  summary: 'runs the pods of the machine',
  render(spec, self) {
    if (!runsKubelet(self)) return [];
    const restarts = [UNIT];
    const link = interfaceId(spec);
    return [
      residue(self),
      program(spec, self, 'kubelet', spec.kubernetes.version, { restarts }),
      // One for both sides: the API server checks it when it calls, and knows the machine by it when it is called.
      leaf({
        name: 'kubelet',
        path: LEAF,
        commonName: `system:node:${self.name}`,
        organizations: ['system:nodes'],
        dnsNames: [self.name],
        addresses: [self.privateAddress],
        usages: ['server', 'client'],
        days: NODE_DAYS,
      }),
      kubeconfig(KUBECONFIG, clusterServer(spec), LEAF, restarts),
      yamlFile(CONFIGURATION, patched(spec, self), { restarts }),
      service('kubelet', unit(self), {
        after: [TRUST, BALANCER, CONTAINERD_UNIT, ...(link === undefined ? [] : [link])],
      }),
      {
        kind: 'probe',
        name: 'kubelet',
        sentence: 'kubelet answers',
        deadlineSeconds: CLUSTER_DEADLINE,
        check: { type: 'http', url: 'http://127.0.0.1:10248/healthz' },
      },
    ];
  },
};

/** Pods go with the kubelet that started them, before what they have mounted does. */
function residue({ facts }: Self): ResourceOf<'residue'> {
  return {
    kind: 'residue',
    name: 'kubelet',
    processes: { ...POD_PROCESSES, controlGroup: facts.cgroup === 2 ? 'kubepods.slice' : 'kubepods' },
    mounts: ['/var/lib/kubelet/*'],
    chains: ['KUBE-'],
    paths: [
      '/var/lib/kubelet',
      '/var/log/containers',
      '/var/log/pods',
      '/usr/libexec/kubernetes',
      // By which it delays a shutdown until pods have ended.
      '/etc/systemd/logind.conf.d/99-kubelet.conf',
    ],
  };
}

/** Role labels and taints are the Node's, which the coordinator makes beforehand: a kubelet may not set them. */
function unit(self: Self) {
  return {
    description: 'Kubernetes node agent',
    orderedAfter: ['containerd.service'],
    command: [
      `${BIN}/kubelet`,
      ...flags(
        withExtraArgs(
          'kubelet',
          {
            config: CONFIGURATION,
            kubeconfig: KUBECONFIG,
            'node-ip': self.privateAddress,
            'hostname-override': self.name,
          },
          self.settings.kubelet?.extraArgs,
        ),
      ),
    ],
    settings: [`Environment=PATH=${SEARCH_PATH}`],
  };
}

/** What the machine's identity, its way to the API and the access to its kubelet rest on stays as it is. */
const KEPT = [
  'apiVersion',
  'kind',
  'containerRuntimeEndpoint',
  'cgroupDriver',
  'failCgroupV1',
  'clusterDomain',
  'clusterDNS',
  'registerNode',
  'maxPods',
];

function patched(spec: RenderSpec, self: Self) {
  const { maxPods, config } = self.settings.kubelet ?? {};
  const kept = [...KEPT, ...Object.keys(access(self))];
  return {
    ...withConfig('kubelet', configuration(spec, self), kept, config),
    ...(maxPods === undefined ? {} : { maxPods }),
  };
}

/** https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ */
function configuration(spec: RenderSpec, self: Self) {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    ...access(self),
    containerRuntimeEndpoint: `unix://${CONTAINERD_SOCKET}`,
    ...cgroups(self),
    clusterDomain: CLUSTER_DOMAIN,
    clusterDNS: [dnsAddress(spec)],
    resolvConf: resolverFile(self),
    registerNode: true,
    failSwapOn: false,
    memorySwap: { swapBehavior: 'NoSwap' },
    ...limits(self),
    shutdownGracePeriod: '30s',
    shutdownGracePeriodCriticalPods: '10s',
    containerLogMaxSize: '10Mi',
    containerLogMaxFiles: 5,
  };
}

/**
 * Vent renews the certificate: with kubelet's own rotation kubelet's copies would win, and expire once Vent's authority
 * has moved on. So rotateCertificates is false, against CIS 4.2.10.
 */
function access(self: Self) {
  return {
    address: self.privateAddress,
    readOnlyPort: 0,
    healthzBindAddress: '127.0.0.1',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: TRUST_FILE },
    },
    authorization: { mode: 'Webhook' },
    tlsCertFile: LEAF,
    tlsPrivateKeyFile: LEAF,
    tlsMinVersion: OLDEST_TLS,
    tlsCipherSuites: CIPHERS,
    rotateCertificates: false,
    serverTLSBootstrap: false,
    streamingConnectionIdleTimeout: '4h0m0s',
    makeIPTablesUtilChains: true,
    eventRecordQPS: 50,
    seccompDefault: true,
  };
}

function cgroups(self: Self) {
  return self.facts.cgroup === 2 ? { cgroupDriver: 'systemd' } : { cgroupDriver: 'cgroupfs', failCgroupV1: false };
}

/** Ubuntu's /etc/resolv.conf names a resolver on the machine's own loopback, which no pod can reach. */
function resolverFile(self: Self): string {
  return self.facts.os.id === 'ubuntu' ? '/run/systemd/resolve/resolv.conf' : '/etc/resolv.conf';
}

/** What pods may not use up. A control plane's own programs take about a gigabyte beside the kubelet's and containerd's. */
function limits(self: Self) {
  return {
    podPidsLimit: 4096,
    systemReserved: { cpu: '100m', memory: '256Mi' },
    kubeReserved: { cpu: '100m', memory: runsControlPlane(self) ? '1280Mi' : '256Mi' },
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '5%',
      'nodefs.inodesFree': '5%',
      'imagefs.available': '5%',
    },
    // Images that only Vent can bring back must not go while the disk still has room.
    imageGCHighThresholdPercent: 94,
    imageGCLowThresholdPercent: 90,
  };
}
