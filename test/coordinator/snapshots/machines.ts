/** Machines with members of etcd that give snapshots when they are asked, in memory. */

import type { NodeRow } from '../../../coordinator/nodes/row.ts';
import { createUploads } from '../../../coordinator/snapshots/uploads.ts';
import { VentError } from '../../../shared/errors.ts';
import { decodeOperation } from '../../../shared/operation.ts';
import { SNAPSHOT_PART } from '../../../shared/snapshot.ts';
import type { NodeMessages, SignedOperationView } from '../../../shared/wire.ts';
import { memberRow } from '../etcd/member-row.ts';
import { makeSnapshot, sha256Of } from './world.ts';

async function* messagesOf(id: string, file: Uint8Array): AsyncGenerator<NodeMessages['snapshot']> {
  yield { message: 'begin', begin: { operation_id: id, size: String(file.length) } } as NodeMessages['snapshot'];
  for (let at = 0; at < file.length; at += SNAPSHOT_PART)
    yield { message: 'part', part: file.subarray(at, at + SNAPSHOT_PART) } as NodeMessages['snapshot'];
  yield { message: 'end', end: {} } as NodeMessages['snapshot'];
}

export function createMembers(count: number) {
  const rows = Array.from({ length: count }, (_, index) => memberRow(index + 1));
  const uploads = createUploads();
  const world = {
    rows,
    uploads,
    leader: '1',
    file: makeSnapshot(4000),
    revision: 61,
    /** Names of machines that say nothing. */
    away: new Set<string>(),
    /** Names of machines whose snapshot breaks off. */
    broken: new Set<string>(),
    /** Names of those that were asked for one, in order. */
    asked: [] as string[],
    /** What a snapshot waits for before its last part. */
    holdUp: Promise.resolve(),
    operate,
  };

  function status(row: NodeRow): Uint8Array {
    const listed = rows.map(({ name, privateAddress }, index) => ({
      ...{ id: String(index + 1), name, isLearner: false },
      peerUrl: `https://${privateAddress.address}:2380`,
    }));
    const sizes = { appliedIndex: 7, databaseSize: 1, databaseInUse: 1 };
    const id = String(rows.indexOf(row) + 1);
    const value = {
      id,
      version: '3.7.3',
      leader: world.leader,
      isLearner: false,
      ...sizes,
      members: listed,
      alarms: [],
    };
    return Buffer.from(JSON.stringify(value));
  }

  async function operate(nodeId: string, { payload }: SignedOperationView): Promise<Uint8Array> {
    const { id, action } = decodeOperation(payload);
    const row = rows.find((one) => one.id === nodeId);
    if (row === undefined || world.away.has(row.name))
      throw new VentError('UNAVAILABLE', 'cannot do the operation: the machine is not connected');
    if (action.type === 'etcd-status') return status(row);
    world.asked.push(row.name);
    const { file, revision } = world;
    await world.holdUp;
    await uploads.receive(
      nodeId,
      messagesOf(id, world.broken.has(row.name) ? file.subarray(0, -100) : file),
      () => undefined,
    );
    return Buffer.from(JSON.stringify({ revision, version: '3.7.3', size: file.length, sha256: sha256Of(file) }));
  }
  return world;
}
