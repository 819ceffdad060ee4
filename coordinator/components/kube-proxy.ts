import type { Component, RenderSpec, Self } from '../component.ts';
import { BALANCER } from './balancer.ts';
import { runsKubelet } from './parts/cluster.ts';
import { clusterServer, kubeconfig, NODE_DAYS, TRUST } from './parts/kubernetes.ts';
import { BIN, CLUSTER_DEADLINE, leaf, program, SEARCH_PATH, service, yamlFile } from './parts/resources.ts';

const FOLDER = '/etc/kubernetes/kube-proxy';
const LEAF = `${FOLDER}/kube-proxy.pem`;
const KUBECONFIG = `${FOLDER}/kubeconfig`;
const CONFIGURATION = `${FOLDER}/config.yaml`;
const UNIT = 'unit:kube-proxy.service';
const HEALTH = '127.0.0.1:10256';

export const kubeProxy: Component = {
  name: 'kube-proxy',
  summary: 'leads connections to services to their pods',
  render(spec, self) {
    if (!runsKubelet(self)) return [];
    const restarts = [UNIT];
    return [
      { kind: 'residue', name: 'kube-proxy', tables: ['ip kube-proxy', 'ip6 kube-proxy'], chains: ['KUBE-'] },
      program(spec, self, 'kube-proxy', spec.kubernetes.version, { restarts }),
      leaf({ name: 'kube-proxy', path: LEAF, commonName: 'system:kube-proxy', usages: ['client'], days: NODE_DAYS }),
      kubeconfig(KUBECONFIG, clusterServer(spec), LEAF, restarts),
      yamlFile(CONFIGURATION, configuration(spec, self), { restarts }),
      service(
        'kube-proxy',
        {
          description: 'Kubernetes service proxy',
          command: [`${BIN}/kube-proxy`, `--config=${CONFIGURATION}`, `--hostname-override=${self.name}`],
          settings: [`Environment=PATH=${SEARCH_PATH}`],
        },
        { after: [TRUST, BALANCER] },
      ),
      {
        kind: 'probe',
        name: 'kube-proxy',
        sentence: 'kube-proxy answers',
        deadlineSeconds: CLUSTER_DEADLINE,
        check: { type: 'http', url: `http://${HEALTH}/livez` },
      },
    ];
  },
};

/** https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/ */
function configuration(spec: RenderSpec, self: Self) {
  return {
    apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
    kind: 'KubeProxyConfiguration',
    mode: 'nftables',
    clientConnection: { kubeconfig: KUBECONFIG },
    clusterCIDR: spec.network.podCIDR,
    hostnameOverride: self.name,
    healthzBindAddress: HEALTH,
    metricsBindAddress: '127.0.0.1:10249',
    // Zero leaves the kernel's own limits alone: their sysctls cannot be set on every machine.
    conntrack: { maxPerCore: 0, tcpEstablishedTimeout: '0s', tcpCloseWaitTimeout: '0s' },
  };
}
