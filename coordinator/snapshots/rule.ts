/**
 * The rule of a snapshot's age: nothing is done to a member of etcd while the newest snapshot is older than its limit.
 * One that is missing is taken, and whoever asked waits for it.
 */
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { OperationAction } from '../../shared/operation.ts';
import { describeSize } from '../../shared/snapshot.ts';
import type { SnapshotBook } from '../store/snapshots.ts';
import type { SnapshotTaker } from './taker.ts';

export interface SnapshotNeed {
  /** What is to be done, a sentence without a full stop: `adds control-2 as a learner`. */
  readonly what: string;
  /** When given, none that was begun before counts, however young; milliseconds since the epoch. */
  readonly since?: number;
}

export interface SnapshotRule {
  /** @returns what is waited for, naming the rule; undefined when a snapshot is there that is young enough */
  complaint(need: SnapshotNeed): Promise<string | undefined>;
}

export interface SnapshotRuleOptions {
  readonly book: Pick<SnapshotBook, 'list'>;
  readonly taker: SnapshotTaker;
  /** Milliseconds. */
  maxAge(): Promise<number>;
  /** Called when one was taken, or could not be. */
  onChange(): void;
  readonly clock: Clock;
}

/** How soon after a failure it is tried again. */
const AGAIN_MILLISECONDS = 30_000;

/** For so long one that was just taken counts for who waited for it, however long that took. */
const JUST_TAKEN_MILLISECONDS = 60_000;

/** Whether doing it could lose what only a snapshot would bring back. */
export function needsSnapshot({ type }: OperationAction): boolean {
  return type === 'etcd-add-learner' || type === 'etcd-remove';
}

export function createSnapshotRule({ book, taker, maxAge, onChange, clock }: SnapshotRuleOptions): SnapshotRule {
  let isTaking = false;
  let justTaken: { readonly id: string; readonly what: string; readonly until: number } | undefined;
  let failure: { readonly message: string; readonly at: number } | undefined;

  async function take(what: string): Promise<void> {
    try {
      const { id } = await taker.take(what);
      justTaken = { id, what, until: clock.now() + JUST_TAKEN_MILLISECONDS };
      failure = undefined;
    } catch (thrown) {
      failure = { message: VentError.from(thrown).message, at: clock.now() };
    }
  }

  return {
    async complaint({ what, since }) {
      const now = clock.now();
      const limit = await maxAge();
      const newest = (await book.list()).at(-1);
      const takenAt = newest === undefined ? -Infinity : Date.parse(newest.takenAt);
      const isWaitedFor =
        justTaken !== undefined && justTaken.id === newest?.id && justTaken.what === what && now <= justTaken.until;
      if ((isWaitedFor || now - takenAt <= limit) && takenAt >= (since ?? -Infinity)) return undefined;
      const isPatient = failure !== undefined && now < failure.at + AGAIN_MILLISECONDS;
      if (!isTaking && !isPatient) {
        isTaking = true;
        void take(what).then(() => {
          isTaking = false;
          onChange();
        });
      }
      const subject =
        since === undefined ? `a snapshot of etcd, not older than ${limit / 3_600_000} h,` : 'a new snapshot of etcd';
      if (failure !== undefined)
        return `${what}: ${subject} must be there first [etcd-snapshot], and none can be taken: ${failure.message}`;
      return `${what}: waits for ${subject} [etcd-snapshot]${describeProgress(taker)}`;
    },
  };
}

function describeProgress(taker: SnapshotTaker): string {
  const progress = taker.progress();
  if (progress === undefined) return '';
  const { machine, received, total } = progress;
  return total === 0 ? `: asks ${machine}` : `: ${describeSize(received)} of ${describeSize(total)} from ${machine}`;
}
