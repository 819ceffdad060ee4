/**
 * What is asked of etcd, through the JSON gateway of the member on this machine
 * (https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/).
 *
 * INVARIANT: each looks first whether it is done already, so that one whose end was not heard of can be asked for again.
 */
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type { EtcdListed, EtcdStatus, OperationAction } from '../../shared/operation.ts';
import type { Connections } from '../host/host.ts';

export const BASE = 'https://127.0.0.1:2379/v3';
/** As the component etcd puts them there. */
export const IDENTITY = { trust: '/etc/etcd/trust.pem', certificate: '/etc/etcd/etcd.pem' } as const;
const CALL_MILLISECONDS = 5000;
/** A database of 8 GiB takes minutes. */
const DEFRAGMENT_MILLISECONDS = 10 * 60_000;

const number = z.string().default('0').transform(Number);
const id = z.string().default('0');
const statusSchema = z.object({
  header: z.object({ member_id: id }),
  version: z.string().default(''),
  leader: id,
  isLearner: z.boolean().default(false),
  raftAppliedIndex: number,
  dbSize: number,
  dbSizeInUse: number,
});
const membersSchema = z.object({
  members: z
    .array(
      z.object({
        ID: id,
        name: z.string().default(''),
        peerURLs: z.array(z.string()).default([]),
        isLearner: z.boolean().default(false),
      }),
    )
    .default([]),
});
const alarmsSchema = z.object({ alarms: z.array(z.object({ alarm: z.string().default('') })).default([]) });
const refusalSchema = z.object({ message: z.string() });

const rangeSchema = z.object({ header: z.object({ revision: number }) });

/** What is done to etcd by one question; a snapshot is read in many answers. */
export type EtcdAction = Exclude<OperationAction, { readonly type: 'etcd-snapshot' }>;

/** @returns a status after `etcd-status`, else nothing @throws VentError UNAVAILABLE, ETCD_REFUSED with what etcd said */
export async function runEtcd(action: EtcdAction, connections: Connections): Promise<EtcdStatus | undefined> {
  switch (action.type) {
    case 'etcd-status':
      return await readStatus(connections);
    case 'etcd-add-learner': {
      const members = await readMembers(connections);
      if (members.some((member) => member.peerUrl === action.peerUrl)) return undefined;
      await post(connections, '/cluster/member/add', { peerURLs: [action.peerUrl], isLearner: true });
      return undefined;
    }
    case 'etcd-promote': {
      const member = (await readMembers(connections)).find((one) => one.id === action.member);
      if (member?.isLearner !== false) await post(connections, '/cluster/member/promote', { ID: action.member });
      return undefined;
    }
    case 'etcd-remove': {
      const isMember = (await readMembers(connections)).some((one) => one.id === action.member);
      if (isMember) await post(connections, '/cluster/member/remove', { ID: action.member });
      return undefined;
    }
    case 'etcd-move-leader': {
      const { leader } = statusSchema.parse(await post(connections, '/maintenance/status', {}));
      if (leader !== action.member)
        await post(connections, '/maintenance/transfer-leadership', { targetID: action.member });
      return undefined;
    }
    case 'etcd-defragment':
      await post(connections, '/maintenance/defragment', {}, DEFRAGMENT_MILLISECONDS);
      return undefined;
  }
}

async function readStatus(connections: Connections): Promise<EtcdStatus> {
  const status = statusSchema.parse(await post(connections, '/maintenance/status', {}));
  // A learner answers nothing but its status.
  const members = status.isLearner ? [] : await readMembers(connections);
  const { alarms } = status.isLearner
    ? { alarms: [] }
    : alarmsSchema.parse(await post(connections, '/maintenance/alarm', { action: 'GET' }));
  return {
    id: status.header.member_id,
    version: status.version,
    leader: status.leader,
    isLearner: status.isLearner,
    appliedIndex: status.raftAppliedIndex,
    databaseSize: status.dbSize,
    databaseInUse: status.dbSizeInUse,
    members: [...members],
    alarms: alarms.map(({ alarm }) => alarm),
  };
}

/** Where a snapshot begins: every write that was acknowledged before is in it. Learners refuse. */
export async function readPosition(
  connections: Connections,
): Promise<{ readonly revision: number; readonly version: string }> {
  const { version } = statusSchema.parse(await post(connections, '/maintenance/status', {}));
  // Of no key, through a quorum: this member has then applied all that the cluster had.
  const { header } = rangeSchema.parse(await post(connections, '/kv/range', { key: 'AA==', count_only: true }));
  return { revision: header.revision, version };
}

/** Linearizable: what is answered went through a quorum. */
async function readMembers(connections: Connections): Promise<readonly EtcdListed[]> {
  const { members } = membersSchema.parse(await post(connections, '/cluster/member/list', { linearizable: true }));
  return members.map((member) => ({
    id: member.ID,
    name: member.name,
    peerUrl: member.peerURLs[0] ?? '',
    isLearner: member.isLearner,
  }));
}

async function post(
  connections: Connections,
  path: string,
  body: unknown,
  milliseconds = CALL_MILLISECONDS,
): Promise<unknown> {
  const answer = await connections.post(`${BASE}${path}`, JSON.stringify(body), { ...IDENTITY, milliseconds });
  if (answer === undefined)
    throw new VentError('UNAVAILABLE', `cannot ask etcd for ${path}: the member on this machine does not answer`);
  if (answer.status === 200) return parse(answer.body);
  const refusal = refusalSchema.safeParse(parse(answer.body));
  throw refusalOf(path, refusal.success ? refusal.data.message : `it answers ${answer.status}`);
}

/** @param path of the gateway @param cause in etcd's words */
export function refusalOf(path: string, cause: string): VentError {
  return new VentError('ETCD_REFUSED', `cannot ask etcd for ${path}: ${cause}`);
}

/** @throws VentError ETCD_REFUSED */
export function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (cause) {
    throw new VentError('ETCD_REFUSED', 'cannot read the answer of etcd: it is not JSON', { cause });
  }
}
