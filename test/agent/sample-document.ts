/** Documents like a worker's, in two halves that are whole by themselves: what it runs, and how it is reached. */

import { wireLikePacket } from '../../agent/host/fake/wiring.ts';
import type { NodeDocument, Resource, ResourceOf } from '../../shared/document.ts';
import { makeDocument, makeFile, makeUnit, type TestMachine } from './machine.ts';
import { VENT0 } from './vent0.ts';

export const CONFIGURATION = '/etc/containerd/config.toml';

function certificate(name: string, path: string): ResourceOf<'certificate'> {
  return {
    kind: 'certificate',
    name,
    authority: 'kubernetes',
    path,
    mode: '0600',
    owner: 'root:root',
    usages: ['client', 'server'],
    commonName: 'system:node:n1',
    organizations: ['system:nodes'],
    dnsNames: ['n1'],
    addresses: ['10.0.0.3'],
    days: 7,
  };
}

function kernel(): readonly Resource[] {
  return [
    { kind: 'package', name: 'tools', packages: ['conntrack', 'socat'] },
    { kind: 'module', name: 'vent', modules: ['overlay', 'br_netfilter'] },
    { kind: 'sysctl', name: 'vent', values: { 'net.ipv4.ip_forward': '1' } },
  ];
}

function network(other: boolean): readonly Resource[] {
  const accept = other ? 'tcp dport { 22, 6443 } accept' : 'tcp dport 22 accept';
  return [
    VENT0,
    {
      kind: 'rules',
      name: 'vent',
      family: 'inet',
      content: `chain input {\n\ttype filter hook input priority 0; policy accept;\n\t${accept}\n}\n`,
    },
    {
      kind: 'balancer',
      name: 'api',
      address: '172.17.255.255',
      port: 6443,
      backends: other ? ['10.80.0.7', '10.80.0.9'] : ['10.80.0.5', '10.80.0.7'],
      device: 'vent0',
      source: '10.80.0.3',
      gateway: '10.80.0.2',
    },
  ];
}

function flannel(machine: TestMachine, version: string): readonly Resource[] {
  const restarts = ['unit:flanneld.service'];
  const artifact = { name: 'flannel', version, path: '/opt/vent/bin/flanneld', restarts };
  return [
    { kind: 'artifact', ...artifact, ...machine.supply.publish(`flannel ${version}`) },
    certificate('flannel', '/etc/flannel/flannel.pem'),
    makeUnit('flanneld.service', { after: ['interface:vent0', 'balancer:api'] }),
  ];
}

function containerd(machine: TestMachine, version: string): readonly Resource[] {
  const restarts = ['unit:containerd.service'];
  const artifact = { name: 'containerd', version, path: '/opt/vent/bin/containerd', restarts };
  return [
    { kind: 'artifact', ...artifact, ...machine.supply.publish(`containerd ${version}`) },
    { kind: 'directory', name: '/etc/containerd', mode: '0755', owner: 'root:root' },
    makeFile(CONFIGURATION, `version = 3 # ${version}\n`, { restarts }),
    makeUnit('containerd.service', { after: ['module:vent'] }),
    {
      kind: 'probe',
      name: 'containerd',
      sentence: 'containerd is ready',
      deadlineSeconds: 60,
      check: { type: 'unit', unit: 'containerd.service' },
    },
    { kind: 'image', name: 'vent/pause:1', ...machine.supply.publish('pause') },
  ];
}

function kubelet(machine: TestMachine): readonly Resource[] {
  machine.supply.secrets.set('token@1', 'the-canary-value');
  return [
    { kind: 'user', name: 'vent-kubelet', home: '/var/lib/kubelet' },
    { kind: 'trust', name: '/etc/kubernetes/ca.pem', authority: 'kubernetes', mode: '0644', owner: 'root:root' },
    certificate('kubelet', '/etc/kubernetes/kubelet.pem'),
    {
      kind: 'secret',
      name: '/etc/kubernetes/token',
      secret: 'token',
      version: 1,
      mode: '0600',
      owner: 'root:root',
      restarts: ['unit:kubelet.service'],
    },
    { ...makeUnit('vent-prepare.service', {}, 'Type=oneshot\nRemainAfterExit=yes'), oneshot: true },
    makeUnit('kubelet.service', { after: ['probe:containerd'] }),
  ];
}

/**
 * Interface, rules and balancer, and a program that needs them.
 * @param version of flannel: one that ends in 8 changes the rules and the backends with it
 */
export function makeNetworkDocument(machine: TestMachine, version = '0.28.7', generation = 1): NodeDocument {
  if (!machine.host.networking.links.has('bond0')) wireLikePacket(machine.host.networking);
  const components = { flannel: flannel(machine, version), network: network(version.endsWith('8')) };
  const document = makeDocument(components, generation);
  machine.announce(document);
  return document;
}

/** @param version of containerd: another one changes its artifact and its configuration, so it restarts */
export function makeSampleDocument(machine: TestMachine, version = '2.3.7', generation = 1): NodeDocument {
  const { host } = machine;
  for (const name of ['overlay', 'br_netfilter']) host.loadable.add(name);
  for (const name of ['conntrack', 'socat']) host.mirror.add(name);
  if (!host.sysctls.has('net.ipv4.ip_forward')) host.sysctls.set('net.ipv4.ip_forward', '0');
  const document = makeDocument(
    { kubelet: kubelet(machine), containerd: containerd(machine, version), kernel: kernel() },
    generation,
  );
  machine.announce(document);
  return document;
}
