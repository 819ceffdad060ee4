/** Agents and an etcd cluster in memory. */
import type { NodeRow } from '../../../coordinator/nodes/row.ts';
import { VentError } from '../../../shared/errors.ts';
import { decodeOperation, type EtcdListed, type Operation } from '../../../shared/operation.ts';
import type { SignedOperationView } from '../../../shared/wire.ts';
import { memberRow } from './member-row.ts';

const NOTHING = new Uint8Array();

function rowOf(n: number, isFirst: boolean): NodeRow {
  const { etcd, ...row } = memberRow(n);
  return isFirst && etcd !== undefined ? { ...row, etcd } : row;
}

/** The first so many are members, the later ones are to become some. A learner runs as soon as its machine has its join parameters. */
export function createEtcdWorld(first: number, later: number) {
  const rows = Array.from({ length: first + later }, (_, index) => rowOf(index + 1, index < first));
  const peer = (n: number): string => `https://10.0.0.${n}:2380`;
  let members: readonly EtcdListed[] = rows
    .slice(0, first)
    .map((_, index) => ({ id: String(index + 1), name: `m${index + 1}`, peerUrl: peer(index + 1), isLearner: false }));
  const done = new Map<string, string>();
  const sent: string[] = [];
  const world = {
    rows,
    sent,
    leader: '1',
    done,
    /** Names of machines that cannot be spoken to. */
    away: new Set<string>(),
    alarms: [] as string[],
    loseNext: false,
    voters: () => votersOf(members),
  };

  function status(n: number): Uint8Array {
    const self = members.find(({ peerUrl }) => peerUrl === peer(n));
    if (self === undefined) throw new VentError('UNAVAILABLE', 'cannot ask etcd: it does not answer');
    const { id, isLearner } = self;
    const seen = isLearner ? [] : members;
    const sizes = { appliedIndex: 7, databaseSize: 1, databaseInUse: 1 };
    const value = {
      id,
      version: '3.7.3',
      leader: world.leader,
      isLearner,
      ...sizes,
      members: seen,
      alarms: world.alarms,
    };
    return Buffer.from(JSON.stringify(value));
  }

  function change({ id, action }: Operation): void {
    if (done.has(id)) return;
    done.set(id, action.type);
    if (action.type === 'etcd-add-learner')
      members = [
        ...members,
        { id: /\.(\d+):/.exec(action.peerUrl)?.[1] ?? '', name: '', peerUrl: action.peerUrl, isLearner: true },
      ];
    if (action.type === 'etcd-promote')
      members = members.map((one) => (one.id === action.member ? { ...one, isLearner: false } : one));
    if (action.type === 'etcd-remove') members = members.filter(({ id: other }) => other !== action.member);
    if (action.type === 'etcd-move-leader') world.leader = action.member;
  }

  async function operate(nodeId: string, { payload }: SignedOperationView): Promise<Uint8Array> {
    const operation = decodeOperation(payload);
    const n = rows.findIndex(({ id }) => id === nodeId) + 1;
    if (world.away.has(`m${n}`)) throw new VentError('UNAVAILABLE', 'cannot do the operation: it is not connected');
    if (operation.action.type === 'etcd-status') return status(n);
    sent.push(operation.id);
    change(operation);
    if (!world.loseNext) return NOTHING;
    world.loseNext = false;
    throw new VentError('UNAVAILABLE', 'cannot do the operation: the connection to the machine has ended');
  }
  return { ...world, world, operate };
}

function votersOf(members: readonly EtcdListed[]): readonly string[] {
  return members.filter(({ isLearner }) => !isLearner).map(({ id }) => id);
}
