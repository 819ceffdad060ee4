import type { Component, Machine, RenderSpec, Self } from '../component.ts';
import { ETCD_CLIENT_PORT, ETCD_PEER_PORT } from './etcd.ts';
import { API_PORT, runsControlPlane, runsEtcd, runsKubelet } from './parts/cluster.ts';

/** Where facilities answer questions about the machine that asks, userdata included (Packet's two, and the link-local one). */
const METADATA_ADDRESSES = ['147.75.207.1', '169.254.169.254', '192.80.8.124'];

/**
 * Input rules: from outside only SSH, established connections, ICMP and, on control planes, the API. VXLAN's socket is the
 * kernel's and bound to every address, so it can be closed here only. Machines are believed on their private addresses:
 * a packet forged with one must also be sent to one, which no router outside leads anywhere.
 * Numbers instead of priority names: nft 1.0.6 refuses some names in some hooks.
 */
export const rules: Component = {
  name: 'rules',
  summary: 'input rules: what may be reached from outside, and from the other machines',
  render(spec, self, peers) {
    const content = [machineSets(peers), inputChain(spec, self), metadataChains()].join('\n');
    return [{ kind: 'rules', name: 'vent', family: 'inet', content }];
  },
};

function set(name: string, addresses: readonly string[]): string {
  return `set ${name} {\n  type ipv4_addr\n  elements = { ${addresses.join(', ')} }\n}\n`;
}

function machineSets(peers: readonly Machine[]): string {
  const etcdClients = peers.filter((peer) => runsEtcd(peer) || runsControlPlane(peer));
  return [
    set('machines', peers.map(({ privateAddress }) => privateAddress).toSorted()),
    set('etcd_clients', etcdClients.map(({ privateAddress }) => privateAddress).toSorted()),
    set('metadata', METADATA_ADDRESSES),
  ].join('');
}

function inputChain(spec: RenderSpec, self: Self): string {
  const etcdPorts = `tcp dport { ${ETCD_CLIENT_PORT}, ${ETCD_PEER_PORT} }`;
  const lines = [
    'type filter hook input priority 0; policy drop;',
    'ct state established,related accept',
    'ct state invalid drop',
    'iifname "lo" accept',
    'meta l4proto { icmp, ipv6-icmp } accept',
    'tcp dport 22 accept',
    ...(runsControlPlane(self) ? [`tcp dport ${API_PORT} accept`] : []),
    ...(runsEtcd(self) ? [`${etcdPorts} ip saddr != @etcd_clients drop`] : []),
    `ip saddr @machines ip daddr ${self.privateAddress} accept`,
    ...(runsKubelet(self) ? [`iifname { "cni0", "flannel.1" } ip saddr ${spec.network.podCIDR} accept`] : []),
  ];
  return chain('input', lines);
}

/** Userdata and metadata are answered by source address: pods and ordinary users may not ask in the machine's name. */
function metadataChains(): string {
  return [
    chain('forward', ['type filter hook forward priority 0; policy accept;', 'ip daddr @metadata reject']),
    chain('output', [
      'type filter hook output priority 0; policy accept;',
      'ip daddr @metadata meta skuid != 0 reject',
    ]),
  ].join('');
}

function chain(name: string, lines: readonly string[]): string {
  return `chain ${name} {\n${lines.map((line) => `  ${line}\n`).join('')}}\n`;
}
