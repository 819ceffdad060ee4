/**
 * What must hold between fields of a cluster file, beyond each field's own shape. To add a rule: one function and its
 * line in `RULES`, whose key is the name that the refusal carries.
 */
import { contains, countSubnets, formatRange, overlaps, parseRange } from './cidr.ts';
import { checkPatchPools } from './patches.ts';
import type { ClusterFile, Pool } from './schema.ts';

export interface Problem {
  /** Where in the file, from its root. */
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

type Rule = (file: ClusterFile) => readonly Problem[];

export const RULES: Readonly<Record<string, Rule>> = {
  'kubernetes-version': checkKubernetesVersion,
  'cidr-boundary': checkCidrBoundaries,
  'cidr-overlap': checkCidrOverlap,
  'cidr-reserved': checkReservedRanges,
  'cidr-facility': checkFacilityRange,
  'cidr-machines': checkMachineAddresses,
  'pod-cidr-size': checkPodCidrSize,
  'service-cidr-size': checkServiceCidrSize,
  'api-endpoint': checkEndpoint,
  'pool-names': checkPoolNames,
  'pool-roles': checkPoolRoles,
  'pool-machine': checkPoolMachine,
  'pool-labels': checkPoolLabels,
  'spot-etcd': checkSpotEtcd,
  'etcd-count': checkEtcdCount,
  'control-plane-count': checkControlPlaneCount,
  'machine-ids': checkMachineIds,
  'machine-hostnames': checkMachineHostnames,
  'machine-addresses': checkDuplicateAddresses,
  'patch-pools': checkPatchPools,
};

/** Addresses that Packet routes to its private gateway (facts of the facility: `private_subnets`). */
const FACILITY_RANGE = '10.0.0.0/8';
/** Ranges with a meaning of their own (RFC 6890); 198.18/15 and the documentation ranges are left to whoever wants them. */
const RESERVED_RANGES = ['0.0.0.0/8', '127.0.0.0/8', '169.254.0.0/16', '224.0.0.0/4', '240.0.0.0/4'];
/** Prefix length of a machine's share of the pod CIDR. */
export const POD_SUBNET_PREFIX = 24;
/** kube-apiserver accepts at most 20 bits of service addresses. */
const WIDEST_SERVICE_PREFIX = 12;
const NARROWEST_SERVICE_PREFIX = 24;

/** The oldest minor version with AuthenticationConfiguration in apiserver.config.k8s.io/v1, which API servers are given. */
const OLDEST_MINOR = 34;
/** A node's name is in its certificates after `vent:flannel:`, and an X.509 common name has at most 64 characters. */
const LONGEST_NODE_NAME = 50;
/** Leaves room for what tells the machines of a pool apart. */
const LONGEST_POOL_NAME = 40;

/** Every broken rule of a file that its schema accepts, in the order of `RULES`. */
export function brokenRules(file: ClusterFile): readonly Problem[] {
  return Object.entries(RULES).flatMap(([name, rule]) =>
    rule(file).map(({ path, message }) => ({ path, message: `${message} [${name}]` })),
  );
}

function checkKubernetesVersion(file: ClusterFile): readonly Problem[] {
  const { version } = file.spec.kubernetes;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 1 || minor >= OLDEST_MINOR) return [];
  return [{ path: ['spec', 'kubernetes', 'version'], message: `${version} is older than 1.${OLDEST_MINOR}` }];
}

function cidrsOf(file: ClusterFile): readonly { readonly path: readonly PropertyKey[]; readonly cidr: string }[] {
  const { podCIDR, serviceCIDR } = file.spec.network;
  return [
    { path: ['spec', 'network', 'podCIDR'], cidr: podCIDR },
    { path: ['spec', 'network', 'serviceCIDR'], cidr: serviceCIDR },
  ];
}

function checkCidrBoundaries(file: ClusterFile): readonly Problem[] {
  return cidrsOf(file)
    .map(({ path, cidr }) => ({ path, cidr, aligned: formatRange(parseRange(cidr)) }))
    .filter(({ cidr, aligned }) => cidr !== aligned)
    .map(({ path, cidr, aligned }) => ({
      path,
      message: `${cidr} does not begin at its first address; write ${aligned}`,
    }));
}

function checkCidrOverlap(file: ClusterFile): readonly Problem[] {
  const { podCIDR, serviceCIDR } = file.spec.network;
  if (!overlaps(podCIDR, serviceCIDR)) return [];
  return [{ path: ['spec', 'network', 'serviceCIDR'], message: `${serviceCIDR} overlaps the pod CIDR ${podCIDR}` }];
}

function checkReservedRanges(file: ClusterFile): readonly Problem[] {
  return cidrsOf(file).flatMap(({ path, cidr }) =>
    RESERVED_RANGES.filter((range) => overlaps(cidr, range)).map((range) => ({
      path,
      message: `${cidr} overlaps ${range}, which no network may use for machines`,
    })),
  );
}

function checkFacilityRange(file: ClusterFile): readonly Problem[] {
  if (file.spec.provider.packet === undefined) return [];
  return cidrsOf(file)
    .filter(({ cidr }) => overlaps(cidr, FACILITY_RANGE))
    .map(({ path, cidr }) => ({
      path,
      message: `${cidr} overlaps ${FACILITY_RANGE}, which the facility routes to its own gateway`,
    }));
}

function machinesOf(file: ClusterFile) {
  const machines = file.spec.provider.static?.machines ?? [];
  return machines.map((machine, index) => ({
    machine,
    path: ['spec', 'provider', 'static', 'machines', index] as const,
  }));
}

/** Each address of the inventory with its place. */
function addressesOf(file: ClusterFile) {
  return machinesOf(file).flatMap(({ machine, path }) =>
    (['privateAddress', 'publicAddress'] as const).flatMap((key) => {
      const address = machine[key];
      return address === undefined ? [] : [{ path: [...path, key], value: address }];
    }),
  );
}

function checkMachineAddresses(file: ClusterFile): readonly Problem[] {
  return cidrsOf(file).flatMap(({ path, cidr }) =>
    addressesOf(file)
      .filter((place) => contains(cidr, place.value))
      .map((place) => ({ path: place.path, message: `${place.value} lies in ${cidr}, the ${String(path.at(-1))}` })),
  );
}

function runsPods(pool: Pool): boolean {
  return pool.roles.includes('control-plane') || pool.roles.includes('worker');
}

function checkPodCidrSize(file: ClusterFile): readonly Problem[] {
  const { podCIDR } = file.spec.network;
  const room = countSubnets(podCIDR, POD_SUBNET_PREFIX);
  const wanted = file.spec.pools.filter(runsPods).reduce((sum, pool) => sum + pool.count, 0);
  if (wanted <= room) return [];
  return [
    {
      path: ['spec', 'network', 'podCIDR'],
      message: `${podCIDR} holds a /${POD_SUBNET_PREFIX} for ${room} machines; the pools that run pods have ${wanted}`,
    },
  ];
}

function checkServiceCidrSize(file: ClusterFile): readonly Problem[] {
  const { serviceCIDR } = file.spec.network;
  const { prefix } = parseRange(serviceCIDR);
  if (prefix >= WIDEST_SERVICE_PREFIX && prefix <= NARROWEST_SERVICE_PREFIX) return [];
  return [
    {
      path: ['spec', 'network', 'serviceCIDR'],
      message: `${serviceCIDR} must be between a /${NARROWEST_SERVICE_PREFIX} and a /${WIDEST_SERVICE_PREFIX}`,
    },
  ];
}

function checkEndpoint(file: ClusterFile): readonly Problem[] {
  const { endpoint } = file.spec.api;
  const isName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;
  if (endpoint === undefined || isName.test(endpoint)) return [];
  return [
    { path: ['spec', 'api', 'endpoint'], message: `${endpoint} must be a name or an address, without scheme or port` },
  ];
}

interface Place {
  readonly path: readonly PropertyKey[];
  readonly value: string;
}

function tooLong(entries: readonly Place[], limit: number): readonly Problem[] {
  return entries
    .filter(({ value }) => value.length > limit)
    .map(({ path, value }) => ({ path, message: `${value} has more than ${limit} characters` }));
}

/** One problem for every entry whose value an earlier one has. */
function duplicates(entries: readonly Place[], noun: string): readonly Problem[] {
  const seen = new Set<string>();
  return entries.flatMap(({ path, value }) => {
    if (seen.has(value)) return [{ path, message: `${noun} ${value} is used twice` }];
    seen.add(value);
    return [];
  });
}

function checkPoolNames(file: ClusterFile): readonly Problem[] {
  const names = file.spec.pools.map((pool, index) => ({ path: ['spec', 'pools', index, 'name'], value: pool.name }));
  return [...duplicates(names, 'pool name'), ...tooLong(names, LONGEST_POOL_NAME)];
}

function checkPoolRoles(file: ClusterFile): readonly Problem[] {
  return file.spec.pools.flatMap((pool, index) => {
    const roles = pool.roles.map((role, place) => ({ path: ['spec', 'pools', index, 'roles', place], value: role }));
    return duplicates(roles, 'role');
  });
}

function checkPoolMachine(file: ClusterFile): readonly Problem[] {
  if (file.spec.provider.packet === undefined) return [];
  return file.spec.pools.flatMap((pool, index) =>
    pool.machine === undefined
      ? [{ path: ['spec', 'pools', index], message: `pool ${pool.name} needs a machine: what to ask the provider for` }]
      : [],
  );
}

/** Syntax of Kubernetes' label keys (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/). */
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?)?$/;
const OWN_LABEL = /^(vent|node-role\.kubernetes\.io)\/|^node-restriction\.kubernetes\.io\/vent-/;

function checkPoolLabels(file: ClusterFile): readonly Problem[] {
  return file.spec.pools.flatMap((pool, index) => {
    const labels = Object.entries(pool.labels).flatMap(([key, text]) => {
      const path = ['spec', 'pools', index, 'labels', key];
      if (!LABEL_KEY.test(key)) return [{ path, message: `${key} is not a label key` }];
      if (OWN_LABEL.test(key)) return [{ path, message: `label ${key} is set by Vent itself` }];
      return LABEL_VALUE.test(text) ? [] : [{ path, message: `${JSON.stringify(text)} is not a label value` }];
    });
    const taints = pool.taints.flatMap((taint, place) => {
      const path = ['spec', 'pools', index, 'taints', place, 'key'];
      if (!LABEL_KEY.test(taint.key)) return [{ path, message: `${taint.key} is not a taint key` }];
      return OWN_LABEL.test(taint.key) ? [{ path, message: `taint ${taint.key} is set by Vent itself` }] : [];
    });
    return [...labels, ...taints];
  });
}

function checkSpotEtcd(file: ClusterFile): readonly Problem[] {
  return file.spec.pools.flatMap((pool, index) =>
    pool.roles.includes('etcd') && pool.machine?.spot !== undefined
      ? [
          {
            path: ['spec', 'pools', index, 'machine', 'spot'],
            message: `pool ${pool.name} runs etcd: its data would go when the facility takes the machine away`,
          },
        ]
      : [],
  );
}

function countOf(file: ClusterFile, role: Pool['roles'][number]): number {
  return file.spec.pools.filter((pool) => pool.roles.includes(role)).reduce((sum, pool) => sum + pool.count, 0);
}

function checkEtcdCount(file: ClusterFile): readonly Problem[] {
  const count = countOf(file, 'etcd');
  if (count % 2 === 1) return [];
  const message =
    count === 0
      ? 'no pool with the role etcd has a machine'
      : `${count} etcd members survive no more failures than ${count - 1} and are one more that can fail; use an odd number`;
  return [{ path: ['spec', 'pools'], message }];
}

function checkControlPlaneCount(file: ClusterFile): readonly Problem[] {
  if (countOf(file, 'control-plane') > 0) return [];
  return [{ path: ['spec', 'pools'], message: 'no pool with the role control-plane has a machine' }];
}

function checkMachineIds(file: ClusterFile): readonly Problem[] {
  return duplicates(
    machinesOf(file).map(({ machine, path }) => ({ path: [...path, 'id'], value: machine.id })),
    'machine id',
  );
}

function checkMachineHostnames(file: ClusterFile): readonly Problem[] {
  const names = machinesOf(file).map(({ machine, path }) => ({ path: [...path, 'hostname'], value: machine.hostname }));
  return [...duplicates(names, 'host name'), ...tooLong(names, LONGEST_NODE_NAME)];
}

function checkDuplicateAddresses(file: ClusterFile): readonly Problem[] {
  return duplicates(addressesOf(file), 'address');
}
