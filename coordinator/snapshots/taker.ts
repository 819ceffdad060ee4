/**
 * Takes snapshots of etcd: asks one member after the other until one has given a whole one.
 *
 * INVARIANT: one is taken at a time; whoever asks meanwhile gets the same.
 */
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import { type EtcdSnapshot, type EtcdStatus, etcdSnapshot } from '../../shared/operation.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import { type Answers, type LookOptions, listEtcdRows, lookAtEtcd } from '../etcd/look.ts';
import { LIFE_MILLISECONDS, signOperation } from '../etcd/sign.ts';
import type { NodeRow } from '../nodes/row.ts';
import type { ClusterRow } from '../rows.ts';
import type { Collection } from '../store/collection.ts';
import type { SnapshotBook, SnapshotRow } from '../store/snapshots.ts';
import type { Uploads } from './uploads.ts';

export interface SnapshotTakerOptions extends Pick<LookOptions, 'connections' | 'sign'> {
  readonly book: SnapshotBook;
  readonly uploads: Pick<Uploads, 'expect'>;
  readonly nodes: Pick<Collection<NodeRow>, 'list'>;
  cluster(): Promise<ClusterRow>;
  /** The newest revision's. */
  file(): Promise<ClusterFile>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface SnapshotProgress {
  readonly machine: string;
  /** Bytes. */
  readonly received: number;
  /** Bytes; 0 before it is known. */
  readonly total: number;
}

export interface SnapshotTaker {
  /** @param reason what it is for @throws VentError as the last member failed, UNAVAILABLE when none answers */
  take(reason: string): Promise<SnapshotRow>;
  /** Of the one that is being taken; undefined while there is none. */
  progress(): SnapshotProgress | undefined;
  /** Resolves once none is being taken. */
  settled(): Promise<void>;
}

class Taker implements SnapshotTaker {
  readonly #options: SnapshotTakerOptions;
  #progress: SnapshotProgress | undefined;
  #taking: Promise<SnapshotRow> | undefined;

  constructor(options: SnapshotTakerOptions) {
    this.#options = options;
  }

  progress(): SnapshotProgress | undefined {
    return this.#progress;
  }

  async settled(): Promise<void> {
    await this.#taking?.catch(() => undefined);
  }

  take(reason: string): Promise<SnapshotRow> {
    this.#taking ??= this.#takeAny(reason).finally(() => {
      this.#taking = undefined;
    });
    return this.#taking;
  }

  async #takeAny(reason: string): Promise<SnapshotRow> {
    const { nodes, cluster, log } = this.#options;
    const clusterId = async (): Promise<string> => (await cluster()).id;
    const { answers } = await lookAtEtcd({ ...this.#options, clusterId, letsThrough: () => true });
    const rows = await listEtcdRows(nodes);
    let failure = new VentError('UNAVAILABLE', 'no member of etcd that has a quorum answers', { retry: 'backoff' });
    for (const row of inOrder(rows, answers)) {
      try {
        const taken = await this.#takeFrom(row, reason);
        log.info('a snapshot of etcd was taken', { snapshot: taken.id, machine: row.name, revision: taken.revision });
        return taken;
      } catch (thrown) {
        const { code, message } = VentError.from(thrown);
        log.warn('a snapshot of etcd was not taken', { machine: row.name, code, cause: message });
        failure = new VentError(code, `${row.name}: ${message}`, { retry: 'backoff', cause: thrown });
      }
    }
    throw new VentError(failure.code, `cannot take a snapshot of etcd: ${failure.message}`, {
      hint: '`vent etcd members` says which members answer.',
      retry: 'backoff',
      cause: failure,
    });
  }

  async #takeFrom(row: NodeRow, reason: string): Promise<SnapshotRow> {
    const { clock, book, uploads, connections } = this.#options;
    const [takenAt, cluster, { spec }] = [clock.now(), await this.#options.cluster(), await this.#options.file()];
    const signing = { ...this.#options, clusterId: async () => cluster.id };
    const operation = await signOperation(signing, row.id, { type: 'etcd-snapshot' }, LIFE_MILLISECONDS);
    const draft = await book.draft();
    const onProgress = (received: number, total: number): void => {
      this.#progress = { machine: row.name, received, total };
    };
    onProgress(0, 0);
    const expected = uploads.expect({ operationId: operation.id, nodeId: row.id, draft, onProgress });
    try {
      const said = readAnswer(await connections.operate(row.id, operation));
      const got = expected.file();
      if (got?.sha256 !== said.sha256)
        throw new VentError('SNAPSHOT_CORRUPT', 'what arrived is not what was sent', { retry: 'backoff' });
      const entered = await draft.enter({
        ...{ cluster: cluster.id, clusterName: cluster.name, nodeId: row.id, machine: row.name },
        ...{ revision: said.revision, size: got.size, sha256: got.sha256 },
        ...{ etcdVersion: said.version, kubernetesVersion: spec.kubernetes.version },
        ...{ takenAt: new Date(takenAt).toISOString(), reason },
      });
      await book.keep(spec.etcd.snapshot.keep);
      return entered;
    } finally {
      await expected.end();
      await draft.discard();
      this.#progress = undefined;
    }
  }
}

/** Voters, whoever leads last: reading all of the database is work, and the leader has most of it. */
function inOrder(rows: readonly NodeRow[], answers: Answers): readonly NodeRow[] {
  const rank = ({ leader, id }: EtcdStatus): number => (leader === id ? 1 : 0);
  return rows
    .flatMap((row) => {
      const status = answers.get(row.id);
      return status === undefined || status.isLearner ? [] : [{ row, status }];
    })
    .toSorted((a, b) => rank(a.status) - rank(b.status) || b.status.appliedIndex - a.status.appliedIndex)
    .map(({ row }) => row);
}

function readAnswer(value: Uint8Array): EtcdSnapshot {
  return etcdSnapshot.parse(JSON.parse(new TextDecoder().decode(value)));
}

export function createSnapshotTaker(options: SnapshotTakerOptions): SnapshotTaker {
  return new Taker(options);
}
