/** A machine that has enrolled, as the store keeps it: `/nodes/<uuid>`, and two rows that keep device and name unique. */
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import { roleSchema } from '../../shared/spec/schema.ts';
import { type Collection, createCollection } from '../store/collection.ts';
import type { Store, Transaction } from '../store/store.ts';

const addressSchema = z.strictObject({
  address: z.string(),
  prefix: z.int(),
  gateway: z.string(),
});

const factsSchema = z.strictObject({
  hostname: z.string(),
  architecture: z.enum(['x64', 'arm64']),
  os: z.strictObject({ id: z.string(), version: z.string(), name: z.string() }),
  kernel: z.string(),
  cpus: z.number(),
  memoryBytes: z.number(),
  cgroup: z.union([z.literal(1), z.literal(2)]),
  missingCapabilities: z.array(z.string()),
  links: z.array(
    z.strictObject({
      name: z.string(),
      mac: z.string(),
      mtu: z.number(),
      addresses: z.array(z.strictObject({ address: z.string(), prefix: z.number() })),
    }),
  ),
  agentVersion: z.string(),
});

export const nodeSchema = z.strictObject({
  id: z.uuid(),
  /** Unique in the cluster; the name of its Node object. */
  name: z.string(),
  deviceId: z.string(),
  pool: z.string(),
  roles: z.array(roleSchema).min(1),
  /** `packet://<id>` */
  providerId: z.string(),
  privateAddress: addressSchema,
  publicAddress: addressSchema.optional(),
  /** Hex SHA-256 of the newest agent key's SPKI. */
  spki: z.string(),
  /** Serial of the newest agent certificate. */
  certificate: z.string(),
  /** RFC 3339. */
  enrolledAt: z.iso.datetime(),
  /** Token it enrolled with. */
  tokenId: z.string(),
  /** `10.1.2.0/24`-like; allocated after enrolment, and only where a kubelet runs. */
  podCIDR: z.string().optional(),
  /** How it joined etcd; written once. */
  etcd: z.strictObject({ initialCluster: z.string(), initialClusterState: z.enum(['new', 'existing']) }).optional(),
  /** A later member of etcd was promoted; the first ones vote from the beginning. */
  etcdVotes: z.boolean().optional(),
  /** Name of who said that it is to leave: it leaves etcd first. */
  leaving: z.string().optional(),
  /** What it leaves for: to be given back to the provider, which is meant when nothing is said, or to be reset; `nowhere` when it was reset already. */
  leavesFor: z.enum(['provider', 'reset', 'nowhere']).optional(),
  /** What the machine last said of itself. */
  facts: factsSchema.optional(),
  /** Of the newest document rendered for it; 0 before the first. */
  documentGeneration: z.int().nonnegative(),
  /** A banned machine's calls are refused. */
  banned: z.boolean().optional(),
  /** RFC 3339; it was told to undo everything, and has not left yet. */
  resettingSince: z.iso.datetime().optional(),
  /** Roll-outs pass it over. */
  held: z.boolean().optional(),
});

export type NodeRow = z.infer<typeof nodeSchema>;

/** Whether an operator means this machine: by its name, device id or uuid. */
export function isNamed({ id, name, deviceId }: NodeRow, word: string): boolean {
  return [id, name, deviceId].includes(word);
}

/** @param word as `isNamed` takes it @throws VentError NOT_FOUND */
export async function findNode(nodes: Pick<Collection<NodeRow>, 'list'>, word: string): Promise<NodeRow> {
  const found = (await nodes.list()).rows.map((row) => row.value).find((row) => isNamed(row, word));
  if (found !== undefined) return found;
  throw new VentError('NOT_FOUND', `cannot find machine ${word}: it is no member of the cluster`);
}

/** The row behind a claim: which node holds the device or the name. */
const claimSchema = z.strictObject({ nodeId: z.uuid() });

export interface Nodes extends Collection<NodeRow> {
  /** The node that enrolled from a device, if it still has one. */
  byDevice(deviceId: string): Promise<NodeRow | undefined>;
  hasName(name: string): Promise<boolean>;
  /** What a transaction must hold to add the node: it fails when its id, device or name is taken. */
  adding(row: NodeRow): Required<Pick<Transaction, 'compare' | 'put'>>;
  /** The keys to remove with a node, so that its device and its name are free again. */
  keysOf(row: NodeRow): readonly string[];
}

export function createNodes(store: Store): Nodes {
  const nodes = createCollection(store, '/nodes/', nodeSchema);
  const devices = createCollection(store, '/node-devices/', claimSchema);
  const names = createCollection(store, '/node-names/', claimSchema);
  const keysOf = (row: NodeRow): readonly string[] => [
    nodes.keyOf(row.id),
    devices.keyOf(row.deviceId),
    names.keyOf(row.name),
  ];
  return {
    ...nodes,
    async byDevice(deviceId) {
      const claim = await devices.get(deviceId);
      return claim === undefined ? undefined : (await nodes.get(claim.value.nodeId))?.value;
    },
    hasName: async (name) => (await names.get(name)) !== undefined,
    adding: (row) => ({
      compare: keysOf(row).map((key) => ({ key, revision: 0 })),
      put: [
        nodes.writing(row.id, row),
        devices.writing(row.deviceId, { nodeId: row.id }),
        names.writing(row.name, { nodeId: row.id }),
      ],
    }),
    keysOf,
  };
}
