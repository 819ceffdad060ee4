import type { Resource, ResourceOf } from '../../shared/document.ts';
import type { ClusterSpec } from '../../shared/spec/schema.ts';
import type { Component, RenderSpec, Self } from '../component.ts';
import { facilityLink, runsKubelet } from './parts/cluster.ts';
import { clusterServer, kubeconfig, NODE_DAYS, TRUST } from './parts/kubernetes.ts';
import { BIN, CLUSTER_DEADLINE, configFile, leaf, program, SEARCH_PATH, service } from './parts/resources.ts';

const MACVLAN = 'vent0';
const LEAF = '/etc/flannel/flannel.pem';
const KUBECONFIG = '/etc/flannel/kubeconfig';
const NETWORK = '/etc/flannel/network.json';
const UNIT = 'unit:flanneld.service';

/** The user that flanneld of a machine is to the API; a policy narrows it to its own Node by this name. */
export const FLANNEL_USER_PREFIX = 'vent:flannel:';

/** The group of all of them, which the permissions are bound to. */
export const FLANNEL_GROUP = 'vent:flannel';

/** Id of the interface that takes over the private address, for what must come after it; undefined when there is none. */
export function interfaceId(spec: ClusterSpec): string | undefined {
  return spec.network.flannel.attach === 'macvlan' ? `interface:${MACVLAN}` : undefined;
}

/** The link that carries the private address once the machine is converged. */
export function flannelDevice(spec: ClusterSpec, self: Self): string {
  return interfaceId(spec) === undefined ? facilityLink(self).name : MACVLAN;
}

const RESIDUE: ResourceOf<'residue'> = {
  kind: 'residue',
  name: 'flannel',
  links: ['flannel.1'],
  chains: ['FLANNEL-'],
  paths: ['/run/flannel'],
};

export const flannel: Component = {
  name: 'flannel',
  summary: 'the network between machines: flanneld, and the macvlan interface it is attached to',
  render(spec, self) {
    if (!runsKubelet(self)) return [];
    const restarts = [UNIT];
    return [
      RESIDUE,
      ...(interfaceId(spec) === undefined ? [] : [macvlan(self)]),
      program(spec, self, 'flanneld', spec.versions.flannel, { restarts }),
      leaf({
        name: 'flannel',
        path: LEAF,
        commonName: `${FLANNEL_USER_PREFIX}${self.name}`,
        organizations: [FLANNEL_GROUP],
        usages: ['client'],
        days: NODE_DAYS,
      }),
      kubeconfig(KUBECONFIG, clusterServer(spec), LEAF, restarts),
      configFile(NETWORK, networkConfiguration(spec), { restarts }),
      unit(spec, self),
      {
        kind: 'probe',
        name: 'flannel',
        sentence: "flannel's interface stands",
        deadlineSeconds: CLUSTER_DEADLINE,
        check: { type: 'interface', interface: 'flannel.1' },
      },
    ];
  },
};

/** A locally administered address that is the same for ever: five bytes of the node's uuid. */
function macvlan(self: Self): ResourceOf<'interface'> {
  const bytes = self.id.replaceAll('-', '').slice(0, 10).match(/../g) ?? [];
  return {
    kind: 'interface',
    name: MACVLAN,
    parent: facilityLink(self).name,
    mac: ['02', ...bytes].join(':'),
    address: self.privateAddress,
    prefix: self.privatePrefix,
    gateway: self.privateGateway,
  };
}

/** https://github.com/flannel-io/flannel/blob/master/Documentation/configuration.md */
function networkConfiguration(spec: RenderSpec): string {
  const { podCIDR, flannel: settings } = spec.network;
  return `${JSON.stringify({ Network: podCIDR, Backend: { Type: settings.backend } }, null, 2)}\n`;
}

function unit(spec: RenderSpec, self: Self): Resource {
  const after = interfaceId(spec);
  return service(
    'flanneld',
    {
      description: 'flannel pod network',
      command: [
        `${BIN}/flanneld`,
        '--kube-subnet-mgr',
        `--kubeconfig-file=${KUBECONFIG}`,
        `--iface=${after === undefined ? self.privateAddress : MACVLAN}`,
        '--ip-masq',
        `--net-config-path=${NETWORK}`,
      ],
      settings: [`Environment=PATH=${SEARCH_PATH}`, `Environment=NODE_NAME=${self.name}`],
    },
    { after: [TRUST, ...(after === undefined ? [] : [after])] },
  );
}
