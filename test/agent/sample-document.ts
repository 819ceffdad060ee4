/** A document like a worker's: every kind but the network's, relations inside and across components. */
import type { NodeDocument, Resource, ResourceOf } from '../../shared/document.ts';
import { makeDocument, makeFile, makeUnit, type TestMachine } from './machine.ts';

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
