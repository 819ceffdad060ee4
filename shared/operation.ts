/**
 * Operations: what is no state, and so is in no document. A closed list; each is signed by the key that signs documents,
 * is for one machine, ends, and is done once however often it is sent. There is none that runs a command.
 *
 * To add one: a line in `action`, and what does it in agent/operations/.
 */
import * as z from 'zod';
import { VentError } from './errors.ts';

/** etcd's ids are unsigned 64-bit numbers; decimal text, as etcd's own JSON writes them. */
const memberId = z.string().regex(/^[0-9]{1,20}$/);
const peerUrl = z.string().regex(/^https:\/\/[0-9.]+:[0-9]+$/);

const action = z.discriminatedUnion('type', [
  /** Looks only, so it is never remembered. */
  z.strictObject({ type: z.literal('etcd-status') }),
  z.strictObject({ type: z.literal('etcd-add-learner'), peerUrl }),
  z.strictObject({ type: z.literal('etcd-promote'), member: memberId }),
  /** Asked of the leader. */
  z.strictObject({ type: z.literal('etcd-move-leader'), member: memberId }),
  z.strictObject({ type: z.literal('etcd-remove'), member: memberId }),
  z.strictObject({ type: z.literal('etcd-defragment') }),
  /** Sent to the coordinator while it is read. It changes nothing, so it is never remembered. */
  z.strictObject({ type: z.literal('etcd-snapshot') }),
]);
export type OperationAction = z.infer<typeof action>;

export const OPERATION_SCHEMA = 1;

const operation = z.strictObject({
  schema: z.literal(OPERATION_SCHEMA),
  id: z.uuid(),
  /** Uuid of the cluster. */
  cluster: z.uuid(),
  /** Uuid of the machine that does it. */
  node: z.uuid(),
  issuedAt: z.iso.datetime(),
  /** Later than this it is not begun. */
  expiresAt: z.iso.datetime(),
  action,
});
export type Operation = z.infer<typeof operation>;

const member = z.strictObject({
  id: memberId,
  /** Empty until it has started once. */
  name: z.string(),
  peerUrl: z.string(),
  isLearner: z.boolean(),
});
export type EtcdListed = z.infer<typeof member>;

/** What a member of etcd says of itself and, unless it is a learner, of the others. */
export const etcdStatus = z.strictObject({
  id: memberId,
  version: z.string(),
  /** `0` while there is none. */
  leader: z.string(),
  isLearner: z.boolean(),
  /** Number of the last raft entry that it has applied. */
  appliedIndex: z.int().nonnegative(),
  /** Bytes on disk, and of those in use. */
  databaseSize: z.int().nonnegative(),
  databaseInUse: z.int().nonnegative(),
  /** Read through a quorum; empty from a learner, which may not say. */
  members: z.array(member),
  /** `NOSPACE`, `CORRUPT`. */
  alarms: z.array(z.string()),
});
export type EtcdStatus = z.infer<typeof etcdStatus>;

/** What an agent says of a snapshot that it has sent. */
export const etcdSnapshot = z.strictObject({
  /** Of etcd, read through a quorum before it began: every write up to it is in the snapshot, and perhaps later ones. */
  revision: z.int().nonnegative(),
  /** Of etcd. */
  version: z.string(),
  /** Bytes of the file. */
  size: z.int().positive(),
  /** Hex, of the file. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
});
export type EtcdSnapshot = z.infer<typeof etcdSnapshot>;

/** @throws VentError DOCUMENT_REFUSED for bytes that are no operation of this schema */
export function decodeOperation(payload: Uint8Array): Operation {
  let json: unknown;
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch (cause) {
    throw new VentError('DOCUMENT_REFUSED', 'cannot accept the operation: it is not JSON', { cause });
  }
  const result = operation.safeParse(json);
  if (result.success) return result.data;
  const place = result.error.issues[0]?.path.join('.') ?? '';
  throw new VentError(
    'DOCUMENT_REFUSED',
    `cannot accept the operation: this agent does not know its ${place || 'form'}`,
  );
}

export function encodeOperation(value: Operation): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(operation.parse(value)));
}
