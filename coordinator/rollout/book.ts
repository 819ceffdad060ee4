/** The roll-outs there have been, one a revision, and what may become of one. */
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import { type Collection, createCollection, type Row } from '../store/collection.ts';
import type { Store } from '../store/store.ts';
import { type RolloutRow, type RolloutState, rolloutRow } from './rows.ts';

export type RolloutAction = 'pause' | 'resume' | 'abort';

export interface RolloutBook {
  /** The newest revision's; those before it end. */
  open(newest: number): Promise<Row<RolloutRow>>;
  /** The newest revision before `number` that everybody took up. */
  lastDone(number: number): Promise<number | undefined>;
  /** Of the newest. @throws VentError NOT_FOUND without one, CONFLICT when its state does not allow it */
  control(action: RolloutAction, actor: string): Promise<RolloutRow>;
  /** The row in another state. */
  ended(row: RolloutRow, state: RolloutState, reason: string): RolloutRow;
  readonly rows: Collection<RolloutRow>;
}

/** By action: from which states to which. */
const CONTROLS: Readonly<Record<RolloutAction, { readonly from: readonly RolloutState[]; readonly to: RolloutState }>> =
  {
    pause: { from: ['running'], to: 'paused' },
    // What went back after a failure moves again; who stays sick fails it again.
    resume: { from: ['paused', 'failed'], to: 'running' },
    abort: { from: ['running', 'paused'], to: 'aborted' },
  };

function keyOf(revision: number): string {
  return String(revision).padStart(9, '0');
}

export function createRolloutBook(store: Store, clock: Clock): RolloutBook {
  const rows = createCollection(store, '/rollouts/', rolloutRow);
  const now = (): string => new Date(clock.now()).toISOString();
  const list = async (): Promise<readonly RolloutRow[]> => (await rows.list()).rows.map((row) => row.value);

  function ended(row: RolloutRow, state: RolloutState, reason: string): RolloutRow {
    const { endedAt: _, ...rest } = row;
    const isOver = state !== 'running' && state !== 'paused';
    return { ...rest, state, reason, ...(isOver ? { endedAt: now() } : {}) };
  }

  async function open(newest: number): Promise<Row<RolloutRow>> {
    for (const row of (await list()).filter(({ revision }) => revision < newest))
      if (row.state === 'running' || row.state === 'paused')
        await rows.put(keyOf(row.revision), ended(row, 'aborted', `revision ${newest} came`));
    await rows.update(keyOf(newest), (row) =>
      row === undefined ? { revision: newest, state: 'running', reason: '', startedAt: now() } : undefined,
    );
    const opened = await rows.get(keyOf(newest));
    if (opened === undefined) throw new VentError('STORE_FAILED', `cannot read the roll-out of revision ${newest}`);
    return opened;
  }

  async function control(action: RolloutAction, actor: string): Promise<RolloutRow> {
    const newest = (await list()).at(-1);
    if (newest === undefined) throw new VentError('NOT_FOUND', `cannot ${action} a roll-out: there has been none`);
    const { from, to } = CONTROLS[action];
    const changed = await rows.update(keyOf(newest.revision), (row) => {
      if (row === undefined || !from.includes(row.state))
        throw new VentError(
          'CONFLICT',
          `cannot ${action} the roll-out of revision ${newest.revision}: it is ${row?.state ?? 'gone'}`,
          { hint: '`vent rollout status` says how far it came.' },
        );
      return ended(row, to, to === 'running' ? '' : `${to} by ${actor}`);
    });
    return changed ?? newest;
  }

  return {
    open,
    control,
    ended,
    rows,
    lastDone: async (number) =>
      (await list()).findLast(({ revision, state }) => state === 'done' && revision < number)?.revision,
  };
}
