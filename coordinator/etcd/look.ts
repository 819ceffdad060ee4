/** What etcd is like now: every member is asked by way of the agent beside it. */
import { type EtcdStatus, etcdStatus } from '../../shared/operation.ts';
import type { Connections } from '../connections.ts';
import type { NodeRow } from '../nodes/row.ts';
import { compareNames } from '../rollout/moves.ts';
import type { Collection } from '../store/collection.ts';
import { within } from '../within.ts';
import { peerUrlOf, votesInEtcd } from './members.ts';
import type { EtcdMachine, EtcdState, SeenMember } from './membership.ts';
import { LIFE_MILLISECONDS, type SigningOptions, signOperation } from './sign.ts';

/** What a member must answer within; its agent gives up on it earlier. */
const ANSWER_MILLISECONDS = 6000;

export interface LookOptions extends SigningOptions {
  readonly nodes: Pick<Collection<NodeRow>, 'list'>;
  readonly connections: Pick<Connections, 'operate' | 'live'>;
  /** Whether the machine's input rules let every machine through that has come. */
  letsThrough(nodeId: string): boolean;
}

/** What each machine's member said, by node id; those that did not answer are not in it. */
export type Answers = ReadonlyMap<string, EtcdStatus>;

export interface Looked {
  readonly state: EtcdState;
  readonly answers: Answers;
}

/** What etcd is like now, and what each member said. */
export async function lookAtEtcd(options: LookOptions): Promise<Looked> {
  const rows = await listEtcdRows(options.nodes);
  const answers = await askMembers(options, rows);
  return { state: describeEtcd(rows, answers, options), answers };
}

/** Machines whose role is etcd, members or not. */
export async function listEtcdRows(nodes: LookOptions['nodes']): Promise<readonly NodeRow[]> {
  const { rows } = await nodes.list();
  return rows
    .map((row) => row.value)
    .filter((row) => row.roles.includes('etcd'))
    .toSorted(compareNames);
}

async function askMembers(options: LookOptions, rows: readonly NodeRow[]): Promise<Answers> {
  const asked = rows.filter((row) => row.etcd !== undefined);
  const answers = await Promise.all(asked.map((row) => askMember(options, row.id).catch(() => undefined)));
  return new Map(asked.flatMap(({ id }, index) => (answers[index] === undefined ? [] : [[id, answers[index]]])));
}

async function askMember(options: LookOptions, nodeId: string): Promise<EtcdStatus> {
  const operation = await signOperation(options, nodeId, { type: 'etcd-status' }, LIFE_MILLISECONDS);
  const value = await within(options.clock, ANSWER_MILLISECONDS, options.connections.operate(nodeId, operation));
  return etcdStatus.parse(JSON.parse(new TextDecoder().decode(value)));
}

/** Puts together what machines and members are. @param rows of the machines whose role is etcd */
function describeEtcd(
  rows: readonly NodeRow[],
  answers: Answers,
  { connections, letsThrough }: Pick<LookOptions, 'connections' | 'letsThrough'>,
): EtcdState {
  const statuses = [...answers.values()];
  // Whoever lists members did so through a quorum.
  const speaker = statuses.find((status) => status.members.length > 0);
  const newest = Math.max(0, ...statuses.map((status) => status.appliedIndex));
  const machines = rows.map(
    (row): EtcdMachine => ({
      nodeId: row.id,
      name: row.name,
      peerUrl: peerUrlOf(row),
      hasJoined: row.etcd !== undefined,
      votes: votesInEtcd(row),
      isLeaving: row.leaving !== undefined,
      isGone: row.leavesFor === 'nowhere',
      isConnected: connections.live(row.id)?.isConnected === true,
      letsThrough: letsThrough(row.id),
    }),
  );
  const members = (speaker?.members ?? []).map((member): SeenMember => {
    const status = statuses.find(({ id }) => id === member.id);
    return {
      id: member.id,
      name: machines.find(({ peerUrl }) => peerUrl === member.peerUrl)?.name ?? (member.name || member.peerUrl),
      peerUrl: member.peerUrl,
      isLearner: member.isLearner,
      isLeader: speaker?.leader === member.id,
      answers: status !== undefined,
      lag: status === undefined ? undefined : newest - status.appliedIndex,
    };
  });
  return { machines, members, alarms: [...new Set(statuses.flatMap(({ alarms }) => alarms))] };
}
