/** What the coordinator keeps of cluster, revisions, machines and documents: shapes of the records in its store. */
import * as z from 'zod';
import { RISKS } from '../shared/risk.ts';

const timestamp = z.iso.datetime();

/** One cluster a coordinator. */
export const clusterRow = z.strictObject({
  id: z.uuid(),
  /** Empty before the first revision. */
  name: z.string(),
  /** Raised when the coordinator is restored from a backup. */
  epoch: z.int().positive(),
  /** Recorded once, when the first etcd members were given their join parameters. */
  etcdFormed: z.boolean(),
  createdAt: timestamp,
});
export type ClusterRow = z.infer<typeof clusterRow>;

const agentFileSchema = z.strictObject({
  architecture: z.enum(['x64', 'arm64']),
  sha256: z.string(),
  size: z.int().positive(),
});
/** An agent that machines of that architecture run, and the coordinator has. */
export type AgentRow = z.infer<typeof agentFileSchema>;

export const revisionRow = z.strictObject({
  number: z.int().positive(),
  /** The YAML text as it was applied. */
  content: z.string(),
  fileName: z.string(),
  author: z.string(),
  message: z.string(),
  createdAt: timestamp,
  /** The agent that the coordinator had then, by architecture. */
  agents: z.array(agentFileSchema).optional(),
  /** Risks that whoever applied it accepted for its roll-out. */
  accepts: z.array(z.enum(RISKS)).optional(),
  /** Hash of the plan that it was applied with: machines do that and nothing else. */
  plan: z.string().optional(),
});
export type RevisionRow = z.infer<typeof revisionRow>;

/** A create call, recorded before it is made; its id is a tag of the device. */
export const intentRow = z.strictObject({
  id: z.uuid(),
  hostname: z.string(),
  pool: z.string(),
  tokenId: z.string(),
  deviceId: z.string().optional(),
  /** Why the create call failed, or why what became of it cannot be found out. */
  error: z.string().optional(),
  /** The provider said no, so there is no device; kept to be shown until the next attempt. */
  refused: z.boolean().optional(),
  createdAt: timestamp,
});
export type IntentRow = z.infer<typeof intentRow>;

/** Where a machine stood that has left: whoever has its name next takes it over. Key: the name. */
export const placeRow = z.strictObject({
  name: z.string(),
  /** Of a machine that was reset; without one it was given back. */
  deviceId: z.string().optional(),
  pool: z.string(),
  podCIDR: z.string().optional(),
  leftAt: timestamp,
});
export type PlaceRow = z.infer<typeof placeRow>;

/** The newest document of a node. Bytes are base64. */
export const documentRow = z.strictObject({
  nodeId: z.uuid(),
  epoch: z.int().positive(),
  generation: z.int().positive(),
  revision: z.int().nonnegative(),
  /** Hex SHA-256 of what was rendered, without generation and times. */
  content: z.string(),
  /** Hex SHA-256 of the payload. */
  digest: z.string(),
  payload: z.string(),
  signature: z.string(),
  keyId: z.string(),
});
export type DocumentRow = z.infer<typeof documentRow>;

/** A foreign change that a machine told of. */
export const driftRow = z.strictObject({
  nodeId: z.uuid(),
  at: timestamp,
  /** `kind:name` */
  resource: z.string(),
  component: z.string(),
  policy: z.enum(['repair', 'report', 'adopt']),
  what: z.string(),
});
export type DriftRow = z.infer<typeof driftRow>;

/** What outlives a restart of the coordinator of what a node reported. */
export const progressRow = z.strictObject({
  nodeId: z.uuid(),
  wasReady: z.boolean(),
});
export type ProgressRow = z.infer<typeof progressRow>;
