/** Clusters to render: a few shapes that differ in what components must look at. */
import type { Machine, RenderSpec, Self } from '../../../coordinator/component.ts';
import { endpointsOf } from '../../../coordinator/serve-options.ts';
import type { Facts } from '../../../shared/facts.ts';
import { nthAddress, nthSubnet } from '../../../shared/spec/cidr.ts';
import { normaliseSpec } from '../../../shared/spec/load.ts';
import { type ClusterFile, clusterSchema, type Role } from '../../../shared/spec/schema.ts';

export interface Shape {
  readonly name: string;
  readonly spec: RenderSpec;
  readonly machines: readonly Self[];
}

interface Wish {
  readonly name: string;
  readonly pools: readonly { readonly name: string; readonly roles: readonly Role[]; readonly count: number }[];
  readonly attach?: 'macvlan' | 'address';
  readonly sandbox?: 'runsc' | 'none';
  readonly endpoint?: string;
  readonly facts?: Partial<Facts>;
  readonly isPrivate?: boolean;
}

const CLUSTER_ID = '7c1d3a52-9d4e-4b7a-8f5e-2f6a1c0b9d8e';

export const SHAPES: readonly Shape[] = [
  shape({ name: 'one-machine', pools: [{ name: 'all', roles: ['etcd', 'control-plane', 'worker'], count: 1 }] }),
  shape({
    name: 'one-and-two',
    pools: [
      { name: 'control', roles: ['etcd', 'control-plane'], count: 1 },
      { name: 'workers', roles: ['worker'], count: 2 },
    ],
  }),
  shape({
    name: 'three-and-two',
    endpoint: 'api.example.org',
    pools: [
      { name: 'control', roles: ['etcd', 'control-plane'], count: 3 },
      { name: 'workers', roles: ['worker'], count: 2 },
    ],
  }),
  shape({
    name: 'etcd-apart',
    endpoint: '203.0.113.7',
    sandbox: 'none',
    isPrivate: true,
    pools: [
      { name: 'store', roles: ['etcd'], count: 3 },
      { name: 'control', roles: ['control-plane'], count: 2 },
      { name: 'workers', roles: ['worker'], count: 1 },
    ],
  }),
  shape({
    name: 'address-attach',
    attach: 'address',
    facts: { missingCapabilities: ['sys_resource'] },
    pools: [
      { name: 'control', roles: ['etcd', 'control-plane'], count: 1 },
      { name: 'workers', roles: ['worker'], count: 1 },
    ],
  }),
  shape({
    name: 'cgroup2',
    facts: { cgroup: 2, architecture: 'arm64', os: { id: 'ubuntu', version: '24.04', name: 'Ubuntu 24.04 LTS' } },
    pools: [{ name: 'all', roles: ['etcd', 'control-plane', 'worker'], count: 1 }],
  }),
];

/** A shape of the list by its name. */
export function shapeNamed(name: string): Shape {
  const found = SHAPES.find((entry) => entry.name === name);
  if (found === undefined) throw new Error(`there is no shape ${name}`);
  return found;
}

/** Every machine of every shape. */
export function eachMachine(): readonly { readonly shape: Shape; readonly self: Self }[] {
  return SHAPES.flatMap((entry) => entry.machines.map((self) => ({ shape: entry, self })));
}

export function shape(wish: Wish): Shape {
  const file = clusterSchema.parse({
    apiVersion: 'vent/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'demo' },
    spec: {
      kubernetes: { version: '1.37.2' },
      network: { flannel: { attach: wish.attach ?? 'macvlan' } },
      api: wish.endpoint === undefined ? {} : { endpoint: wish.endpoint },
      runtimes: { sandbox: wish.sandbox ?? 'runsc' },
      provider: { packet: { project: 'p', facility: 'ewr1' } },
      pools: wish.pools.map((pool) => ({ ...pool, machine: { plan: 'c2.medium.x86' } })),
    },
  });
  return { name: wish.name, spec: renderSpec(file), machines: withJoinParameters(machines(file, wish)) };
}

function renderSpec(file: ClusterFile): RenderSpec {
  return {
    ...normaliseSpec(file),
    clusterId: CLUSTER_ID,
    artifact: (name, version, architecture) => ({
      name,
      version,
      architecture,
      sha256: Buffer.from(`${name} ${version} ${architecture}`).toString('hex').padEnd(64, '0').slice(0, 64),
      size: 1000 + name.length,
    }),
    coordinator: endpointsOf({ advertise: '198.51.100.1' }),
    secretVersion: () => 1,
    agent: (architecture) => ({ sha256: Buffer.from(architecture).toString('hex').padEnd(64, '0'), size: 100_000_000 }),
  };
}

function machines(file: ClusterFile, wish: Wish): readonly Self[] {
  const names = file.spec.pools.flatMap((pool) =>
    Array.from({ length: pool.count }, (_, place) => ({ pool, name: `${pool.name}-${place + 1}` })),
  );
  return names
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ pool, name }, index): Self => {
      const privateAddress = nthAddress('10.80.0.0/16', index * 2 + 1);
      const publicAddress = wish.isPrivate === true ? undefined : nthAddress('198.51.100.0/24', index * 2 + 3);
      return {
        id: `a1b2c3d4-e5f6-4a7b-8c9d-0000000000${String(index).padStart(2, '0')}`,
        name,
        pool: pool.name,
        roles: pool.roles,
        privateAddress,
        privatePrefix: 31,
        privateGateway: nthAddress('10.80.0.0/16', index * 2),
        publicAddress,
        podCIDR: pool.roles.every((role) => role === 'etcd')
          ? undefined
          : nthSubnet(file.spec.network.podCIDR, 24, index),
        providerId: `packet://device-${index}`,
        etcd: undefined,
        servesEtcd: pool.roles.includes('etcd'),
        facts: { ...factsOf(name, privateAddress, publicAddress), ...wish.facts },
        settings: {},
      };
    });
}

function factsOf(hostname: string, privateAddress: string, publicAddress: string | undefined): Facts {
  const addresses = [publicAddress, privateAddress].filter((address) => address !== undefined);
  return {
    hostname,
    architecture: 'x64',
    os: { id: 'debian', version: '12', name: 'Debian GNU/Linux 12 (bookworm)' },
    kernel: '6.1.0-40-amd64',
    cpus: 24,
    memoryBytes: 64 * 2 ** 30,
    cgroup: 1,
    missingCapabilities: [],
    links: [
      {
        name: 'bond0',
        mac: '0c:c4:7a:00:00:01',
        mtu: 1500,
        addresses: addresses.map((address) => ({ address, prefix: 31 })),
      },
    ],
    agentVersion: '0.1.0',
  };
}

function withJoinParameters(all: readonly Self[]): readonly Self[] {
  const members = all.filter((machine: Machine) => machine.roles.includes('etcd'));
  const initialCluster = members.map(({ name, privateAddress }) => `${name}=https://${privateAddress}:2380`).join(',');
  return all.map((machine) =>
    machine.roles.includes('etcd')
      ? { ...machine, etcd: { initialCluster, initialClusterState: 'new' as const } }
      : machine,
  );
}
