import type { ResourceOf } from '../../shared/document.ts';
import type { Component, Self } from '../component.ts';
import { ENCAPSULATION, facilityLink, podCIDROf, runsKubelet } from './parts/cluster.ts';
import { configFile, program } from './parts/resources.ts';

export const CNI_CONFIGURATION = '/etc/cni/net.d';

const PLUGINS = ['bridge', 'host-local', 'loopback', 'portmap'];

const RESIDUE: ResourceOf<'residue'> = {
  kind: 'residue',
  name: 'cni',
  links: ['cni0'],
  // Of the portmap plugin.
  chains: ['CNI-'],
  paths: ['/var/lib/cni'],
};

export const cni: Component = {
  name: 'cni',
  summary: "the pods' bridge and addresses",
  render(spec, self) {
    if (!runsKubelet(self)) return [];
    return [
      RESIDUE,
      ...PLUGINS.map((name) => program(spec, self, name, spec.versions.cni)),
      // containerd watches the folder and becomes network-ready when the file appears.
      configFile(`${CNI_CONFIGURATION}/10-vent.conflist`, `${JSON.stringify(network(self), null, 2)}\n`),
    ];
  },
};

/** Plain text for each machine; flanneld masquerades what leaves the cluster, so the bridge must not. */
function network(self: Self) {
  return {
    cniVersion: '1.0.0',
    name: 'vent',
    plugins: [
      {
        type: 'bridge',
        bridge: 'cni0',
        isGateway: true,
        isDefaultGateway: true,
        hairpinMode: true,
        mtu: facilityLink(self).mtu - ENCAPSULATION,
        ipam: { type: 'host-local', ranges: [[{ subnet: podCIDROf(self) }]] },
      },
      { type: 'portmap', capabilities: { portMappings: true } },
    ],
  };
}
