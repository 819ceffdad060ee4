import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { brokenRules, RULES } from '../../../shared/spec/rules.ts';
import { type ClusterFile, clusterSchema } from '../../../shared/spec/schema.ts';

type Parts = Record<string, unknown>;

const MACHINE = { plan: 'c2.medium.x86' };
const CONTROL = { name: 'control', roles: ['etcd', 'control-plane'], count: 1, machine: MACHINE };
const WORKERS = { name: 'workers', roles: ['worker'], count: 2, machine: MACHINE };
const PACKET = { packet: { project: 'p', facility: 'ewr1' } };

function fileWith(spec: Parts): ClusterFile {
  return clusterSchema.parse({
    apiVersion: 'vent/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'demo' },
    spec: { kubernetes: { version: '1.37.2' }, provider: PACKET, pools: [CONTROL, WORKERS], ...spec },
  });
}

function inventory(...machines: readonly Parts[]): Parts {
  const listed = machines.map((machine, index) => ({
    id: `m${index}`,
    hostname: `n${index}`,
    privateAddress: `192.168.0.${index + 1}`,
    ...machine,
  }));
  return { provider: { static: { machines: listed } } };
}

const tooMany = { ...WORKERS, count: 256 };

/** For every rule at least one file that breaks it alone, and where and how it says so. */
const BROKEN: readonly (readonly [rule: string, spec: Parts, path: string, message: RegExp])[] = [
  ['kubernetes-version', { kubernetes: { version: '1.33.9' } }, 'spec.kubernetes.version', /1\.34/],
  ['cidr-boundary', { network: { podCIDR: '172.16.5.0/16' } }, 'spec.network.podCIDR', /write 172\.16\.0\.0\/16/],
  [
    'cidr-overlap',
    { network: { serviceCIDR: '172.16.128.0/17' } },
    'spec.network.serviceCIDR',
    /overlaps the pod CIDR/,
  ],
  ['cidr-reserved', { network: { serviceCIDR: '127.1.0.0/16' } }, 'spec.network.serviceCIDR', /127\.0\.0\.0\/8/],
  ['cidr-facility', { network: { podCIDR: '10.200.0.0/16' } }, 'spec.network.podCIDR', /routes to its own gateway/],
  [
    'cidr-machines',
    inventory({ privateAddress: '172.16.9.9' }),
    'spec.provider.static.machines.0.privateAddress',
    /lies in 172\.16\.0\.0\/16, the podCIDR/,
  ],
  ['pod-cidr-size', { pools: [CONTROL, tooMany] }, 'spec.network.podCIDR', /for 256 machines.* have 257/],
  ['pod-cidr-size', { network: { podCIDR: '172.16.0.0/25' } }, 'spec.network.podCIDR', /for 0 machines/],
  ['service-cidr-size', { network: { serviceCIDR: '172.17.0.0/28' } }, 'spec.network.serviceCIDR', /between a \/24/],
  ['service-cidr-size', { network: { serviceCIDR: '192.0.0.0/8' } }, 'spec.network.serviceCIDR', /and a \/12/],
  ['api-endpoint', { api: { endpoint: 'https://api.example.org' } }, 'spec.api.endpoint', /without scheme or port/],
  ['pool-names', { pools: [CONTROL, WORKERS, WORKERS] }, 'spec.pools.2.name', /workers is used twice/],
  ['pool-names', { pools: [CONTROL, { ...WORKERS, name: 'w'.repeat(41) }] }, 'spec.pools.1.name', /40/],
  ['pool-roles', { pools: [CONTROL, { ...WORKERS, roles: ['worker', 'worker'] }] }, 'spec.pools.1.roles.1', /twice/],
  ['pool-machine', { pools: [CONTROL, { ...WORKERS, machine: undefined }] }, 'spec.pools.1', /needs a machine/],
  ['pool-labels', { pools: [CONTROL, { ...WORKERS, labels: { 'a b': 'c' } }] }, 'spec.pools.1.labels.a b', /label key/],
  ['pool-labels', { pools: [CONTROL, { ...WORKERS, labels: { a: 'b c' } }] }, 'spec.pools.1.labels.a', /label value/],
  [
    'pool-labels',
    { pools: [CONTROL, { ...WORKERS, labels: { 'node-restriction.kubernetes.io/vent-sandbox': 'true' } }] },
    'spec.pools.1.labels.node-restriction.kubernetes.io/vent-sandbox',
    /set by Vent itself/,
  ],
  [
    'pool-labels',
    { pools: [CONTROL, { ...WORKERS, taints: [{ key: 'vent/uninitialised', effect: 'NoSchedule' }] }] },
    'spec.pools.1.taints.0.key',
    /set by Vent itself/,
  ],
  [
    'spot-etcd',
    { pools: [{ ...CONTROL, machine: { ...MACHINE, spot: { maxPrice: 1 } } }, WORKERS] },
    'spec.pools.0.machine.spot',
    /its data would go/,
  ],
  ['etcd-count', { pools: [{ ...CONTROL, count: 2 }, WORKERS] }, 'spec.pools', /survive no more failures than 1 .*odd/],
  ['etcd-count', { pools: [{ ...CONTROL, roles: ['control-plane'] }, WORKERS] }, 'spec.pools', /no pool .* etcd/],
  ['control-plane-count', { pools: [{ ...CONTROL, roles: ['etcd'] }, WORKERS] }, 'spec.pools', /control-plane/],
  ['machine-ids', inventory({ id: 'm' }, { id: 'm' }), 'spec.provider.static.machines.1.id', /m is used twice/],
  [
    'machine-hostnames',
    inventory({ hostname: 'n' }, { hostname: 'n' }),
    'spec.provider.static.machines.1.hostname',
    /n is used twice/,
  ],
  ['machine-hostnames', inventory({ hostname: 'n'.repeat(51) }), 'spec.provider.static.machines.0.hostname', /50/],
  [
    'machine-addresses',
    inventory({ publicAddress: '192.168.0.2' }, {}),
    'spec.provider.static.machines.1.privateAddress',
    /192\.168\.0\.2 is used twice/,
  ],
  [
    'patch-pools',
    { patches: [{ pool: 'wrokers' }] },
    'spec.patches.0.pool',
    /no pool wrokers; the file has control, workers/,
  ],
];

describe('rules between fields', () => {
  it('leave a good file alone', () => {
    assert.deepEqual(brokenRules(fileWith({})), []);
    assert.deepEqual(brokenRules(fileWith(inventory({}, {}, {}))), []);
  });

  for (const [rule, spec, path, message] of BROKEN)
    it(`${rule} refuses: ${message.source.replaceAll('\\', '')}`, () => {
      const problems = brokenRules(fileWith(spec));
      assert.deepEqual(
        problems.map((problem) => problem.path.join('.')),
        [path],
        JSON.stringify(problems),
      );
      assert.match(problems[0]?.message ?? '', message);
      assert.ok(problems[0]?.message.endsWith(`[${rule}]`));
    });

  it('are each broken by one of these files', () => {
    assert.deepEqual([...new Set(BROKEN.map(([rule]) => rule))].toSorted(), Object.keys(RULES).toSorted());
  });

  it('let 10.0.0.0/8 be used where no facility routes it', () => {
    const network = { podCIDR: '10.200.0.0/16', serviceCIDR: '10.201.0.0/16' };
    assert.deepEqual(brokenRules(fileWith({ network, ...inventory({}) })), []);
  });
});
