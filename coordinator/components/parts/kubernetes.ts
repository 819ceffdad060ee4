/** What the Kubernetes programs share: how they find and trust the API, and how they speak TLS. */
import type { ResourceOf } from '../../../shared/document.ts';
import type { RenderSpec } from '../../component.ts';
import { API_PORT, apiAddress } from './cluster.ts';
import { yamlFile } from './resources.ts';

/** Roots of the kubernetes authority; the `trust` component owns the file. */
export const TRUST_FILE = '/etc/kubernetes/trust.pem';
export const TRUST = `trust:${TRUST_FILE}`;

/** Days that leaves of control-plane programs, and of machines, live. */
export const CONTROL_PLANE_DAYS = 30;
export const NODE_DAYS = 7;

/** The six that CIS 4.2.12 names; TLS 1.3 has its own and ignores the list. */
export const CIPHERS = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
];
export const OLDEST_TLS = 'VersionTLS12';

/** `https://172.17.255.255:6443`, which the balancer leads to an API server that answers. */
export function clusterServer(spec: RenderSpec): string {
  return serverAt(apiAddress(spec));
}

export function serverAt(address: string): string {
  return `https://${address}:${API_PORT}`;
}

/** A kubeconfig that refers to files, so that a renewed certificate needs no new kubeconfig. `leafPath` holds key and chain. */
export function kubeconfig(
  name: string,
  server: string,
  leafPath: string,
  restarts: readonly string[],
): ResourceOf<'file'> {
  const value = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'cluster', cluster: { server, 'certificate-authority': TRUST_FILE } }],
    users: [{ name: 'self', user: { 'client-certificate': leafPath, 'client-key': leafPath } }],
    contexts: [{ name: 'self', context: { cluster: 'cluster', user: 'self' } }],
    'current-context': 'self',
  };
  return yamlFile(name, value, { restarts });
}
