/** The operator port's part that takes snapshots of etcd and gives them out. */
import type { Clock } from '../../shared/clock.ts';
import { answer, answerMany } from '../../shared/rpc.ts';
import type { EtcdSnapshotView, Handlers } from '../../shared/wire.ts';
import type { SnapshotTaker } from '../snapshots/taker.ts';
import type { SnapshotBook, SnapshotRow } from '../store/snapshots.ts';
import { type CallersOptions, changer, reader } from './callers.ts';
import type { OnBug } from './revisions.ts';

export interface SnapshotMethodsOptions extends CallersOptions {
  readonly snapshots: Pick<SnapshotBook, 'list' | 'get' | 'read'>;
  readonly taker: SnapshotTaker;
  readonly clock: Clock;
  /** Appends to the audit trail. */
  audit(actor: string, action: string, subject: string): Promise<void>;
}

type SnapshotMethods = Pick<Handlers['operator'], 'TakeEtcdSnapshot' | 'ListEtcdSnapshots' | 'ReadEtcdSnapshot'>;

const TELL_MILLISECONDS = 500;

export function snapshotMethods(options: SnapshotMethodsOptions, onBug: OnBug): SnapshotMethods {
  const { snapshots, taker, clock } = options;
  return {
    TakeEtcdSnapshot: answerMany(async function* (_, caller) {
      const actor = await changer(options, caller);
      const taking = taker.take(`${actor} asked for it`);
      let isOver = false;
      const over = taking.then(
        () => undefined,
        () => undefined,
      );
      void over.then(() => {
        isOver = true;
      });
      while (!isOver) {
        const { machine = '', received = 0, total = 0 } = taker.progress() ?? {};
        yield { machine, received: String(received), total: String(total), snapshot: undefined };
        await Promise.race([over, clock.wait(TELL_MILLISECONDS, caller.signal)]);
      }
      const row = await taking;
      await options.audit(actor, 'etcd.snapshot', `snapshot:${row.id}`);
      const size = String(row.size);
      yield { machine: row.machine, received: size, total: size, snapshot: viewSnapshot(row) };
    }, onBug),
    ListEtcdSnapshots: answer(async (_, caller) => {
      await reader(options, caller);
      return { snapshots: (await snapshots.list()).map(viewSnapshot) };
    }, onBug),
    ReadEtcdSnapshot: answerMany(async function* (request, caller) {
      // It holds every secret of the cluster.
      const actor = await changer(options, caller);
      const row = await snapshots.get(request.id);
      await options.audit(actor, 'etcd.snapshot.read', `snapshot:${row.id}`);
      yield { message: 'snapshot' as const, snapshot: viewSnapshot(row) };
      for await (const part of snapshots.read(row.id)) yield { message: 'part' as const, part: Buffer.from(part) };
    }, onBug),
  };
}

function viewSnapshot(row: SnapshotRow): EtcdSnapshotView {
  return {
    id: row.id,
    machine: row.machine,
    revision: String(row.revision),
    size: String(row.size),
    sha256: row.sha256,
    etcd_version: row.etcdVersion,
    kubernetes_version: row.kubernetesVersion,
    taken_at: row.takenAt,
    reason: row.reason,
    cluster_name: row.clusterName,
  };
}
