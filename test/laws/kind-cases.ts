/** One example per kind: a resource, a foreign hand that spoils it, and a version of it that no agent may touch. */

import type { Resource, ResourceKind, ResourceOf } from '../../shared/document.ts';
import { ENDPOINTS_FILE } from '../../shared/endpoints.ts';
import { VENT0 } from '../agent/vent0.ts';
import type { KindMachine } from './kind-machine.ts';

export interface KindCase {
  /** Makes what the resource relies on; not part of what a removal restores. @returns the resource */
  prepare(machine: KindMachine): Promise<Resource>;
  /** Undefined where the kind has nothing that a foreign hand could change. */
  spoil?(machine: KindMachine): Promise<void>;
  readonly hostile?: Resource;
}

const PLAIN = { mode: '0644', owner: 'root:root' };
const PRIVATE = { mode: '0600', owner: 'root:root' };
const UNIT_TEXT = '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n';
const OTHER = new TextEncoder().encode('somebody else was here\n');

function write(path: string): (machine: KindMachine) => Promise<void> {
  return (machine) => machine.host.files.write(path, OTHER, PLAIN);
}

const CERTIFICATE: ResourceOf<'certificate'> = {
  kind: 'certificate',
  name: 'laws',
  authority: 'etcd',
  path: '/etc/vent/laws.pem',
  ...PRIVATE,
  usages: ['server', 'client'],
  commonName: 'vent:laws',
  organizations: ['vent:laws', 'a second one'],
  dnsNames: ['localhost', 'n1'],
  addresses: ['127.0.0.1'],
  days: 7,
};

const ENDPOINTS = { node: '10.0.0.5:7444', artifacts: 'https://10.0.0.5:7446', enrol: '10.0.0.5:7443' };

const PROBE: ResourceOf<'probe'> = {
  kind: 'probe',
  name: 'laws',
  sentence: 'a file is there',
  deadlineSeconds: 5,
  check: { type: 'file', path: '/run/vent/laws' },
};

async function startContainerd({ host }: KindMachine): Promise<void> {
  await host.files.write('/etc/systemd/system/containerd.service', new TextEncoder().encode(UNIT_TEXT), PLAIN);
  await host.units.reload();
  await host.units.start('containerd.service', { block: true });
}

const FILES = {
  file: {
    prepare: async () => ({ kind: 'file', name: '/etc/vent/laws', content: 'x\n', ...PLAIN }),
    spoil: ({ host }) => host.files.setAttributes('/etc/vent/laws', { mode: '0666', owner: 'root:root' }),
    hostile: { kind: 'file', name: '/etc/passwd', content: '', ...PLAIN },
  },
  directory: {
    prepare: async () => ({ kind: 'directory', name: '/etc/vent/laws', mode: '0700', owner: 'root:root' }),
    spoil: ({ host }) => host.files.setAttributes('/etc/vent/laws', { mode: '0777', owner: 'root:root' }),
    hostile: { kind: 'directory', name: '/root', mode: '0777', owner: 'root:root' },
  },
  artifact: {
    prepare: async ({ supply }) => ({
      kind: 'artifact',
      name: 'laws',
      version: '1',
      path: '/opt/vent/bin/laws',
      ...supply.publish('#!/bin/sh\n'),
    }),
    spoil: ({ host }) => host.files.link('/opt/vent/bin/laws', '/bin/false'),
    hostile: { kind: 'artifact', name: 'x', version: '1', path: '/usr/bin/sudo', sha256: '0'.repeat(64), size: 1 },
  },
  agent: {
    async prepare({ host, supply }) {
      const { sha256, size } = supply.publish('#!/bin/sh\n');
      const directory = `/opt/vent/agent/${sha256.slice(0, 12)}`;
      await host.files.write('/etc/systemd/system/vent-agent.service', new TextEncoder().encode(UNIT_TEXT), PLAIN);
      await host.units.reload();
      await host.units.start('vent-agent.service', { block: true });
      const program = new TextEncoder().encode('#!/bin/sh\n');
      await host.files.write(`${directory}/vent-agent`, program, { mode: '0755', owner: 'root:root' });
      await host.files.link('/opt/vent/agent/current', directory);
      return { kind: 'agent', name: 'vent-agent', sha256, size };
    },
    spoil: ({ host }) => host.files.link('/opt/vent/agent/current', '/opt/vent/agent/0123456789ab'),
  },
  certificate: {
    async prepare({ supply }) {
      supply.certificates.set(CERTIFICATE.name, CERTIFICATE);
      return CERTIFICATE;
    },
    spoil: write(CERTIFICATE.path),
    hostile: { ...CERTIFICATE, path: '/etc/vent/agent/certificate.pem' },
  },
  trust: {
    prepare: async () => ({ kind: 'trust', name: '/etc/vent/roots.pem', authority: 'etcd', ...PLAIN }),
    spoil: write('/etc/vent/roots.pem'),
    hostile: { kind: 'trust', name: '/etc/ssl/certs/ca-certificates.crt', authority: 'etcd', ...PLAIN },
  },
  secret: {
    async prepare({ supply }) {
      supply.secrets.set('laws@3', 'a-canary-that-no-sentence-holds');
      return { kind: 'secret', name: '/etc/vent/secret', secret: 'laws', version: 3, ...PRIVATE };
    },
    spoil: write('/etc/vent/secret'),
    hostile: { kind: 'secret', name: '/root/.ssh/authorized_keys', secret: 'laws', version: 3, ...PRIVATE },
  },
} satisfies Partial<Record<ResourceKind, KindCase>>;

const MACHINE = {
  image: {
    async prepare(machine) {
      await startContainerd(machine);
      return { kind: 'image', name: 'vent/laws:1', ...machine.supply.publish('an archive') };
    },
    spoil: ({ host }) => host.images.remove('vent/laws:1'),
  },
  unit: {
    prepare: async () => ({ kind: 'unit', name: 'vent-laws.service', content: UNIT_TEXT }),
    spoil: ({ host }) => host.units.stop('vent-laws.service'),
    hostile: { kind: 'unit', name: 'ssh.service', content: UNIT_TEXT },
  },
  sysctl: {
    async prepare({ host }) {
      await host.kernel.setSysctl('net.ipv4.ip_forward', '0');
      return { kind: 'sysctl', name: 'vent', values: { 'net.ipv4.ip_forward': '1' } };
    },
    spoil: ({ host }) => host.kernel.setSysctl('net.ipv4.ip_forward', '0'),
  },
  module: {
    prepare: async () => ({ kind: 'module', name: 'vent', modules: ['overlay'] }),
    spoil: ({ host }) => host.files.remove('/etc/modules-load.d/vent.conf'),
  },
  package: { prepare: async () => ({ kind: 'package', name: 'laws', packages: ['socat'] }) },
  user: {
    prepare: async () => ({ kind: 'user', name: 'vent-laws', home: '/var/lib/etcd' }),
    spoil: ({ host }) => host.users.remove('vent-laws'),
    hostile: { kind: 'user', name: 'vent-laws', home: '/root' },
  },
  residue: {
    prepare: async () => ({
      kind: 'residue',
      name: 'laws',
      processes: { argument: 'vent-laws-of-residue', controlGroup: 'vent-laws' },
      mounts: ['/run/netns/cni-*'],
      links: ['vent-laws'],
      tables: ['ip vent-laws'],
      chains: ['VENTLAWS-'],
      paths: ['/var/lib/cni/laws'],
    }),
    spoil: ({ host }) => host.files.remove('/var/lib/vent/residue/laws'),
    hostile: { kind: 'residue', name: 'laws', paths: ['/etc'] },
  },
  coordinator: {
    prepare: async () => ({ kind: 'coordinator', name: 'vent', ...ENDPOINTS }),
    spoil: write(ENDPOINTS_FILE),
  },
  probe: {
    async prepare(machine) {
      await write('/run/vent/laws')(machine);
      return PROBE;
    },
    spoil: ({ host }) => host.files.remove('/run/vent/laws'),
  },
} satisfies Partial<Record<ResourceKind, KindCase>>;

const NETWORK = {
  interface: {
    prepare: async () => VENT0,
    spoil: ({ host }) => host.network.batch(['link del vent0']),
  },
  balancer: {
    prepare: async () => ({
      kind: 'balancer',
      name: 'laws',
      address: '172.17.255.255',
      port: 6443,
      backends: ['10.80.0.3', '10.80.0.5'],
      device: 'bond0',
      source: '10.80.0.3',
      gateway: '10.80.0.2',
    }),
    spoil: ({ host }) => host.network.batch(['route del 172.17.255.255/32']),
  },
  rules: {
    prepare: async () => ({
      kind: 'rules',
      name: 'vent',
      family: 'inet',
      content: 'chain input {\n\ttype filter hook input priority 0; policy accept;\n}\n',
    }),
    spoil: ({ host }) => host.network.applyRules('delete table inet vent\n'),
  },
} satisfies Partial<Record<ResourceKind, KindCase>>;

/** A kind that is forgotten here does not compile. */
export const KIND_CASES: Readonly<Record<ResourceKind, KindCase>> = { ...FILES, ...MACHINE, ...NETWORK };
