/**
 * The operator's wish as a schema: the only definition of cluster.yaml. Types, JSON Schema (`vent schema`), `vent explain`
 * and the reference page all come from here, so every field carries a description.
 */
import * as z from 'zod';

const cidr = z.cidrv4();
const label = z.string().max(63);
const version = z.string().regex(/^\d+\.\d+\.\d+$/, 'a version like 1.37.2');
const dnsName = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits and dashes');

export const roleSchema = z.enum(['etcd', 'control-plane', 'worker']);

const taint = z.strictObject({
  key: z.string().min(1).describe('Key of the taint'),
  value: z.string().optional().describe('Value of the taint'),
  effect: z
    .enum(['NoSchedule', 'PreferNoSchedule', 'NoExecute'])
    .describe('What happens to pods that do not tolerate it'),
});

const machine = z.strictObject({
  plan: z.string().describe("The facility's name for the kind of machine, such as c2.medium.x86"),
  os: z.string().default('debian_12').describe("The facility's name for the operating system"),
  spot: z
    .strictObject({ maxPrice: z.number().positive().describe('Highest bid in dollars an hour') })
    .optional()
    .describe('Ask on the spot market; refused for etcd pools'),
});

const pool = z.strictObject({
  name: dnsName.describe('Name of the pool; machines are called after it'),
  roles: z.array(roleSchema).min(1).describe('What machines of the pool run: etcd, control-plane, worker'),
  count: z
    .int()
    .min(0)
    .max(5000)
    .describe('How many machines the pool has; an etcd pool is formed when so many have enrolled'),
  machine: machine.optional().describe('What to ask the provider for; not needed with the static provider'),
  labels: z.record(z.string(), label).default({}).describe("Labels of the pool's Node objects"),
  taints: z.array(taint).default([]).describe("Taints of the pool's Node objects"),
});

const flannel = z.strictObject({
  backend: z
    .enum(['vxlan'])
    .default('vxlan')
    .describe('Machines are not layer-2 neighbours, so packets are encapsulated'),
  attach: z
    .enum(['macvlan', 'address'])
    .default('macvlan')
    .describe(
      'Give flannel an interface of its own (macvlan), or the private address where a second MAC is dropped (address)',
    ),
});

const network = z.strictObject({
  podCIDR: cidr.default('172.16.0.0/16').describe('Addresses of pods, a /24 a machine; never changes'),
  serviceCIDR: cidr
    .default('172.17.0.0/16')
    .describe('Addresses of services; its last address is the API inside the cluster; never changes'),
  flannel: flannel.prefault({}).describe('How flannel reaches the other machines'),
});

const staticMachine = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .describe('Any stable name of the machine, given to the userdata as device id'),
  hostname: dnsName.describe('Host name'),
  privateAddress: z.ipv4().describe('Address the machines reach each other by'),
  privatePrefix: z
    .int()
    .min(8)
    .max(31)
    .default(24)
    .describe('Length of the prefix of the subnet that the private address is in'),
  privateGateway: z
    .ipv4()
    .optional()
    .describe('Who leads on from the private subnet; its first address unless said otherwise'),
  publicAddress: z.ipv4().optional().describe('Address the world reaches it by'),
});

const provider = z
  .strictObject({
    packet: z
      .strictObject({
        project: z.string().describe('Id of the project'),
        facility: z.string().describe('Code of the facility, such as ewr1'),
        url: z.url().optional().describe('Base address of an API that speaks as Packet did'),
      })
      .optional()
      .describe("Packet's API"),
    static: z
      .strictObject({ machines: z.array(staticMachine).describe('The machines that exist') })
      .optional()
      .describe('Machines that are simply there'),
  })
  .refine((value) => Object.values(value).filter((entry) => entry !== undefined).length === 1, 'exactly one provider');

const versions = z.strictObject({
  etcd: version.default('3.7.3').describe('etcd'),
  containerd: version.default('2.3.7').describe('containerd, its shim and ctr'),
  runc: version.default('1.5.2').describe('runc'),
  runsc: z
    .string()
    .regex(/^\d{8}(\.\d+)?$/)
    .default('20260905')
    .describe("gVisor's runsc and its shim, by release date"),
  flannel: version.default('0.28.10').describe('flanneld'),
  cni: version.default('1.9.1').describe('CNI plugins'),
  coredns: version.default('1.15.0').describe('CoreDNS'),
  pause: version.default('1.0.0').describe('The sandbox image'),
});

const flagName = z.string().regex(/^[a-z][a-z0-9-]*$/, 'the name of a flag without its dashes');
const extraArgs = z
  .record(flagName, z.string().regex(/^[^\n]*$/))
  .describe('Further flags, by name without dashes; those that Vent sets itself are refused');
const programPatch = z.strictObject({ extraArgs: extraArgs.optional() });

export const patchSchema = z.strictObject({
  pool: dnsName.optional().describe('Only machines of this pool'),
  machine: z.string().min(1).optional().describe('Only the machine of this node name'),
  kubelet: z
    .strictObject({
      maxPods: z.int().min(1).max(1000).optional().describe('Most pods on the machine'),
      config: z
        .record(z.string(), z.json())
        .optional()
        .describe(
          'Fields of KubeletConfiguration, merged into those of Vent; the ones its safety rests on are refused',
        ),
      extraArgs: extraArgs.optional(),
    })
    .optional()
    .describe('The kubelet'),
  kubeApiserver: programPatch.optional().describe('The API server'),
  kubeControllerManager: programPatch.optional().describe('The controller manager'),
  kubeScheduler: programPatch.optional().describe('The scheduler'),
  etcd: programPatch.optional().describe('etcd'),
  sysctls: z
    .record(z.string().regex(/^[a-z0-9_.-]+$/, 'a dotted key as in sysctl(8)'), z.string().regex(/^[^\n]+$/))
    .optional()
    .describe('Values of the kernel, by dotted key'),
});

const duration = z.string().regex(/^(\d+(ms|s|m|h|d))+$/, 'a duration like 90s, 10m or 1h30m');

const gate = z
  .strictObject({
    name: dnsName.describe('What the gate is called where it is waited for'),
    http: z
      .strictObject({
        url: z.url({ protocol: /^https?$/ }).describe('Address that the coordinator asks'),
        status: z.int().min(100).max(599).default(200).describe('The status that lets a roll-out go on'),
      })
      .optional()
      .describe('Open while an address answers with a status'),
    command: z
      .array(z.string().min(1).max(4096))
      .min(1)
      .max(64)
      .optional()
      .describe(
        'Open once this program, which vent runs where an operator waits, ends with 0; its words, without a shell',
      ),
    timeout: duration.default('60s').describe('How long the command may take; beyond it it is ended and has failed'),
  })
  .refine(({ http, command }) => (http === undefined) !== (command === undefined), 'exactly one of http and command');

const drain = z.strictObject({
  deadline: duration
    .default('5m')
    .describe('How long the pods of a machine may take to leave it; beyond it the roll-out fails'),
  force: z
    .boolean()
    .default(false)
    .describe(
      'Evict also pods that have no controller to make them again, and delete at the deadline those that a disruption budget keeps',
    ),
});

const rollout = z.strictObject({
  maxUnavailable: z
    .union([z.int().min(1), z.string().regex(/^([1-9]\d?|100)%$/, 'a number, or a share like 10%')])
    .default('10%')
    .describe('Workers that may be missing at once while a change spreads: a number or a share of them; at least one'),
  canary: z.int().min(0).default(1).describe('Workers that take a change up before the others'),
  soak: duration.default('60s').describe('How long a machine must be well before the next takes the change up'),
  deadline: duration
    .default('10m')
    .describe(
      'How long a machine or a gate may take; beyond it the roll-out fails and the machines of that step go back',
    ),
  confirm: duration
    .default('180s')
    .describe(
      'How long a machine whose network a change touched waits to reach the coordinator over it; then it takes the change back by itself',
    ),
  drain: drain
    .prefault({})
    .describe('How pods leave a machine before a change that they would notice; emptyDir volumes are lost by it'),
  gates: z
    .array(gate)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'each gate has a name of its own')
    .default([])
    .describe('What must be open before the next machines take a change up'),
});

const etcd = z.strictObject({
  snapshot: z
    .strictObject({
      maxAge: duration
        .default('24h')
        .describe(
          'How old the newest snapshot of etcd may be when a member is added, removed or restarted; when it is older, one is taken first',
        ),
      keep: z.int().min(1).max(100).default(5).describe('How many snapshots the coordinator keeps; older ones go'),
    })
    .prefault({})
    .describe('Snapshots of etcd, which the coordinator keeps sealed'),
});

const driftRule = z.strictObject({
  path: z
    .string()
    .regex(/^\/[A-Za-z0-9@_+:.*/-]+$/, 'an absolute path, with * for anything in one name and ** for anything')
    .describe('Path on machines; * stands for anything in one name, ** for anything at all'),
  policy: z
    .enum(['repair', 'report', 'adopt'])
    .describe('Put it right (repair), say so and leave it (report), or leave it and take it for wanted (adopt)'),
});

export const specSchema = z.strictObject({
  kubernetes: z
    .strictObject({ version: version.describe('Version of the Kubernetes programs') })
    .describe('Kubernetes itself'),
  versions: versions.prefault({}).describe('Versions of the other programs'),
  network: network.prefault({}).describe('Addresses and the pod network'),
  api: z
    .strictObject({
      endpoint: z.string().min(1).optional().describe('Name or elastic address that operators reach the API by'),
    })
    .prefault({})
    .describe('The Kubernetes API'),
  runtimes: z
    .strictObject({
      sandbox: z.enum(['runsc', 'none']).default('runsc').describe('A second, sandboxed runtime; runc is always there'),
    })
    .prefault({})
    .describe('Container runtimes'),
  drift: z
    .array(driftRule)
    .default([])
    .describe('What is done about changes that others make on machines; the first rule whose path matches counts'),
  etcd: etcd.prefault({}).describe("Kubernetes' store"),
  rollout: rollout.prefault({}).describe('How fast a change spreads over the machines'),
  patches: z
    .array(patchSchema)
    .default([])
    .describe('Settings for some machines: a patch for all gives way to one for a pool, and that to one for a machine'),
  provider: provider.describe('Where machines come from'),
  pools: z.array(pool).min(1).describe('Machines that share roles'),
});

export const clusterSchema = z.strictObject({
  apiVersion: z.literal('vent/v1alpha1').describe('Version of this format'),
  kind: z.literal('Cluster').describe('What this file describes'),
  metadata: z
    .strictObject({ name: dnsName.describe('Name of the cluster; never changes') })
    .describe('Name of the cluster'),
  spec: specSchema.describe('What the cluster should be'),
});

export type ClusterFile = z.infer<typeof clusterSchema>;
export type ClusterSpec = ClusterFile['spec'] & { readonly name: string };
export type Patch = z.infer<typeof patchSchema>;
export type Pool = ClusterFile['spec']['pools'][number];
export type Role = z.infer<typeof roleSchema>;
