/** An enrolled machine, as it is kept: `/nodes/<uuid>`. Written by enrolment, completed when it is placed in the cluster. */
import * as z from 'zod';
import { roleSchema } from '../../shared/spec/schema.ts';

const addressRow = z.strictObject({
  address: z.ipv4(),
  /** Bits. */
  prefix: z.int(),
  gateway: z.ipv4(),
});

const factsRow = z.strictObject({
  hostname: z.string(),
  architecture: z.enum(['x64', 'arm64']),
  os: z.strictObject({ id: z.string(), version: z.string(), name: z.string() }),
  kernel: z.string(),
  cpus: z.int(),
  memoryBytes: z.number(),
  cgroup: z.union([z.literal(1), z.literal(2)]),
  missingCapabilities: z.array(z.string()),
  links: z.array(
    z.strictObject({
      name: z.string(),
      mac: z.string(),
      mtu: z.int(),
      addresses: z.array(z.strictObject({ address: z.string(), prefix: z.int() })),
    }),
  ),
  agentVersion: z.string(),
});

export const nodeRow = z.strictObject({
  id: z.uuid(),
  /** Unique in the cluster; Kubernetes' node name. */
  name: z.string(),
  deviceId: z.string(),
  tokenId: z.string(),
  pool: z.string(),
  roles: z.array(roleSchema).min(1),
  providerId: z.string(),
  privateAddress: addressRow,
  publicAddress: addressRow.optional(),
  /** Hex SHA-256 of the SPKI it enrolled or last renewed with. */
  spkiHash: z.string(),
  /** Hex serial of its present certificate, and of the one before until the new one was used. */
  certificateSerial: z.string(),
  enrolledAt: z.iso.datetime(),
  /** Machines that run a kubelet get one when they are placed. */
  podCIDR: z.string().optional(),
  /** Join parameters of an etcd member, stored once. */
  etcd: z.strictObject({ initialCluster: z.string(), initialClusterState: z.enum(['new', 'existing']) }).optional(),
  /** As it last said when it connected. */
  facts: factsRow.optional(),
  /** Reserved for bans: no function sets it yet. */
  banned: z.boolean().optional(),
});

export type NodeRow = z.infer<typeof nodeRow>;
