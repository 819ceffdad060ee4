import { isIPv4 } from 'node:net';
import type { Resource } from '../../shared/document.ts';
import type { Component, Machine, RenderSpec, Self } from '../component.ts';
import { ETCD_CLIENT_PORT, ETCD_UNIT } from './etcd.ts';
import { AUDIT_POLICY, AUTHENTICATION } from './parts/api-policies.ts';
import {
  API_PORT,
  apiAddress,
  CLUSTER_DOMAIN,
  kubernetesServiceAddress,
  runsControlPlane,
  runsEtcd,
} from './parts/cluster.ts';
import { CIPHERS, CONTROL_PLANE_DAYS, OLDEST_TLS, serverAt, TRUST, TRUST_FILE } from './parts/kubernetes.ts';
import { withExtraArgs } from './parts/patched.ts';
import { BIN, CLUSTER_DEADLINE, flags, leaf, program, secretFile, service, yamlFile } from './parts/resources.ts';

/** Signs service accounts' tokens; controller-manager reads it too. */
export const SERVICE_ACCOUNT_KEY = '/etc/kubernetes/service-account.key';
export const SERVICE_ACCOUNT_ISSUER = `https://kubernetes.default.svc.${CLUSTER_DOMAIN}`;
/** The group that the API server is in towards kubelets, bound to system:kubelet-api-admin. */
export const KUBELET_CLIENT_GROUP = 'vent:kube-apiserver-kubelet-client';

const UNIT = 'unit:kube-apiserver.service';
const FOLDER = '/etc/kubernetes/kube-apiserver';
const SERVING = `${FOLDER}/serving.pem`;
const KUBELET_CLIENT = `${FOLDER}/kubelet-client.pem`;
const ETCD_CLIENT = `${FOLDER}/etcd-client.pem`;
const ETCD_TRUST = `${FOLDER}/etcd-trust.pem`;
const FRONT_PROXY = `${FOLDER}/front-proxy-client.pem`;
const FRONT_PROXY_TRUST = `${FOLDER}/front-proxy-trust.pem`;
const FRONT_PROXY_NAME = 'front-proxy-client';
const PUBLIC_KEYS = '/etc/kubernetes/service-account.pub';
const ENCRYPTION = `${FOLDER}/encryption.yaml`;
const AUDIT = `${FOLDER}/audit-policy.yaml`;
const AUTHENTICATION_FILE = `${FOLDER}/authentication.yaml`;

export const kubeApiserver: Component = {
  name: 'kube-apiserver',
  summary: 'the Kubernetes API',
  render(spec, self, peers) {
    if (!runsControlPlane(self)) return [];
    const restarts = [UNIT];
    return [
      program(spec, self, 'kube-apiserver', spec.kubernetes.version, { restarts }),
      { kind: 'trust', name: ETCD_TRUST, authority: 'etcd', mode: '0644', owner: 'root:root' },
      { kind: 'trust', name: FRONT_PROXY_TRUST, authority: 'front-proxy', mode: '0644', owner: 'root:root' },
      ...leaves(spec, self),
      secretFile(spec, SERVICE_ACCOUNT_KEY, 'service-account-key', {
        restarts: [UNIT, 'unit:kube-controller-manager.service'],
      }),
      secretFile(spec, PUBLIC_KEYS, 'service-account-public-key', { restarts }),
      // Read anew by itself (--encryption-provider-config-automatic-reload).
      secretFile(spec, ENCRYPTION, 'encryption-config'),
      yamlFile(AUDIT, AUDIT_POLICY, { restarts }),
      yamlFile(AUTHENTICATION_FILE, AUTHENTICATION, { restarts }),
      unit(spec, self, peers),
      {
        kind: 'probe',
        name: 'kube-apiserver',
        sentence: 'the API server of this machine is ready',
        deadlineSeconds: CLUSTER_DEADLINE,
        check: { type: 'http', url: `${serverAt(self.privateAddress)}/readyz`, trust: TRUST_FILE },
      },
    ];
  },
};

function leaves(spec: RenderSpec, self: Self): readonly Resource[] {
  const days = CONTROL_PLANE_DAYS;
  return [
    leaf({
      name: 'kube-apiserver',
      path: SERVING,
      commonName: 'kube-apiserver',
      usages: ['server'],
      days,
      ...names(spec, self),
    }),
    leaf({
      name: 'kube-apiserver-kubelet-client',
      path: KUBELET_CLIENT,
      commonName: 'kube-apiserver-kubelet-client',
      organizations: [KUBELET_CLIENT_GROUP],
      usages: ['client'],
      days,
    }),
    // No names in it: etcd compares a client's address with them where there are any.
    leaf({
      name: 'kube-apiserver-etcd-client',
      authority: 'etcd',
      path: ETCD_CLIENT,
      commonName: 'kube-apiserver-etcd-client',
      usages: ['client'],
      days,
    }),
    leaf({
      name: 'front-proxy-client',
      authority: 'front-proxy',
      path: FRONT_PROXY,
      commonName: FRONT_PROXY_NAME,
      usages: ['client'],
      days,
    }),
  ];
}

/** By every name and address that anybody reaches this API server. */
function names(spec: RenderSpec, self: Self) {
  const { endpoint } = spec.api;
  const isAddress = endpoint !== undefined && isIPv4(endpoint);
  const dnsNames = [
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    `kubernetes.default.svc.${CLUSTER_DOMAIN}`,
    'localhost',
    self.name,
    ...(endpoint === undefined || isAddress ? [] : [endpoint]),
  ];
  const addresses = [
    self.privateAddress,
    ...(self.publicAddress === undefined ? [] : [self.publicAddress]),
    '127.0.0.1',
    kubernetesServiceAddress(spec),
    apiAddress(spec),
    ...(isAddress ? [endpoint] : []),
  ];
  return { dnsNames: [...new Set(dnsNames)], addresses: [...new Set(addresses)] };
}

/** The machine's own member first: the client tries them in this order. One that still learns would refuse it. */
function etcdServers(self: Self, peers: readonly Machine[]): readonly string[] {
  const members = peers.filter(({ servesEtcd }) => servesEtcd).map(({ privateAddress }) => privateAddress);
  const others = members.filter((address) => address !== self.privateAddress);
  const own = self.servesEtcd ? [self.privateAddress] : [];
  return [...own, ...others].map((address) => `https://${address}:${ETCD_CLIENT_PORT}`);
}

function unit(spec: RenderSpec, self: Self, peers: readonly Machine[]): Resource {
  return service(
    'kube-apiserver',
    {
      description: 'Kubernetes API server',
      orderedAfter: runsEtcd(self) ? [ETCD_UNIT] : [],
      command: [`${BIN}/kube-apiserver`, ...flags(patched(spec, self, peers))],
      settings: [
        'Type=notify',
        'TimeoutStartSec=infinity',
        'LogsDirectory=kubernetes',
        'LogsDirectoryMode=0700',
        'NoNewPrivileges=yes',
        'UMask=0077',
      ],
    },
    { after: [TRUST] },
  );
}

function patched(spec: RenderSpec, self: Self, peers: readonly Machine[]) {
  return withExtraArgs('kube-apiserver', settings(spec, self, peers), self.settings.kubeApiserver?.extraArgs);
}

/** https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/ */
function settings(spec: RenderSpec, self: Self, peers: readonly Machine[]) {
  return {
    'advertise-address': self.privateAddress,
    'secure-port': API_PORT,
    'allow-privileged': true,
    'authorization-mode': ['Node', 'RBAC'],
    'authentication-config': AUTHENTICATION_FILE,
    'enable-admission-plugins': ['NodeRestriction', 'DenyServiceExternalIPs'],
    'client-ca-file': TRUST_FILE,
    'tls-cert-file': SERVING,
    'tls-private-key-file': SERVING,
    'tls-min-version': OLDEST_TLS,
    'tls-cipher-suites': CIPHERS,
    'etcd-servers': etcdServers(self, peers),
    'etcd-cafile': ETCD_TRUST,
    'etcd-certfile': ETCD_CLIENT,
    'etcd-keyfile': ETCD_CLIENT,
    'encryption-provider-config': ENCRYPTION,
    'encryption-provider-config-automatic-reload': true,
    'kubelet-preferred-address-types': 'InternalIP',
    'kubelet-certificate-authority': TRUST_FILE,
    'kubelet-client-certificate': KUBELET_CLIENT,
    'kubelet-client-key': KUBELET_CLIENT,
    'service-cluster-ip-range': spec.network.serviceCIDR,
    'service-account-issuer': SERVICE_ACCOUNT_ISSUER,
    'service-account-signing-key-file': SERVICE_ACCOUNT_KEY,
    'service-account-key-file': PUBLIC_KEYS,
    'service-account-lookup': true,
    'service-account-extend-token-expiration': false,
    'requestheader-client-ca-file': FRONT_PROXY_TRUST,
    'requestheader-allowed-names': FRONT_PROXY_NAME,
    'requestheader-username-headers': 'X-Remote-User',
    'requestheader-group-headers': 'X-Remote-Group',
    'requestheader-extra-headers-prefix': 'X-Remote-Extra-',
    'proxy-client-cert-file': FRONT_PROXY,
    'proxy-client-key-file': FRONT_PROXY,
    'audit-policy-file': AUDIT,
    'audit-log-path': '/var/log/kubernetes/audit.log',
    'audit-log-maxage': 30,
    'audit-log-maxbackup': 10,
    'audit-log-maxsize': 100,
    'request-timeout': '1m0s',
    // Without it a server that is told to end waits a minute for watches, which end by themselves at once when there is one.
    'shutdown-watch-termination-grace-period': '10s',
    profiling: false,
  };
}
