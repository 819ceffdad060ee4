/**
 * Does what the rows of drains say: one machine, one row, each at its own speed.
 *
 * INVARIANTS
 * - That Vent cordons a Node is in the store before it does, and a Node that somebody else had cordoned stays so.
 * - A row ends only when its Node takes pods again, or is gone.
 */
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Collection } from '../store/collection.ts';
import { type DrainOptions, describeStaying, drainNode, isCordoned, setCordon } from './node.ts';
import type { DrainRow } from './rows.ts';

export interface DrainsOptions extends DrainOptions {
  readonly rows: Collection<DrainRow>;
  /** Called when a row has changed. */
  onChange(): void;
  readonly log: Logger;
}

/** Milliseconds after which what failed is tried again. */
const RETRY = 1000;

/** Until the signal aborts. */
export async function keepDrains(options: DrainsOptions, signal: AbortSignal): Promise<void> {
  const running = new Map<string, { readonly work: string; readonly ending: AbortController }>();
  const { rows: known, revision } = await options.rows.list();
  for (const { value } of known) follow(value);
  for await (const event of options.rows.watch(revision, signal)) {
    if (event.type === 'put') follow(event.value);
    else stop(event.key);
    options.onChange();
  }

  function stop(nodeId: string): void {
    running.get(nodeId)?.ending.abort(new VentError('CANCELLED', 'the drain ended'));
    running.delete(nodeId);
  }

  /** A row that only tells more of the same work leaves that work alone. */
  function follow(row: DrainRow): void {
    const work = `${row.since} ${row.phase}`;
    if (running.get(row.nodeId)?.work === work) return;
    stop(row.nodeId);
    if (row.phase === 'left' || row.phase === 'stuck') return;
    const ending = new AbortController();
    running.set(row.nodeId, { work, ending });
    const either = AbortSignal.any([signal, ending.signal]);
    void pursue(options, row, either);
  }
}

/** Tries until it is done or the signal aborts. */
async function pursue(options: DrainsOptions, row: DrainRow, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      if (row.phase === 'returning') await giveBack(options, row);
      else await clear(options, row, signal);
      return;
    } catch (thrown) {
      const error = VentError.from(thrown);
      if (signal.aborted) return;
      options.log.debug('a drain is tried again', { node: row.name, phase: row.phase, cause: error.message });
      await note(options, row, { message: error.message }).catch(() => undefined);
      await options.clock.wait(RETRY, signal).catch(() => undefined);
    }
  }
}

async function clear(options: DrainsOptions, row: DrainRow, signal: AbortSignal): Promise<void> {
  if (!(await tryCordon(options, row))) return;
  const order = {
    name: row.name,
    who: row.who,
    deadline: Date.parse(row.deadline),
    accepts: row.force ? (['emptyDir', 'unmanaged'] as const) : (['emptyDir'] as const),
    overridesBudgets: row.force,
  };
  try {
    for await (const staying of drainNode(options, order, signal))
      await note(options, row, { message: describeStaying(staying) });
    await note(options, row, { phase: 'left', message: '' });
    options.log.info('a machine is drained', { node: row.name, reason: row.reason });
  } catch (thrown) {
    const error = VentError.from(thrown);
    if (error.code !== 'DEADLINE') throw error;
    await note(options, row, { phase: 'stuck', message: error.message });
  }
}

/** @returns false when the deadline passed before anybody could be asked, which is noted */
async function tryCordon(options: DrainsOptions, row: DrainRow): Promise<boolean> {
  try {
    const client = options.client();
    if (await isCordoned(client, row.name)) return true;
    await note(options, row, { hasCordoned: true });
    await setCordon(client, row.name, true);
    return true;
  } catch (thrown) {
    const error = VentError.from(thrown);
    // Without a Node no pod can come; what may be left of pods is looked at all the same.
    if (error.code === 'NOT_FOUND') return true;
    if (options.clock.now() < Date.parse(row.deadline)) throw error;
    await note(options, row, { phase: 'stuck', message: `cannot drain ${row.name} in time: ${error.message}` });
    return false;
  }
}

async function giveBack(options: DrainsOptions, row: DrainRow): Promise<void> {
  const present = (await options.rows.get(row.nodeId))?.value;
  if (present === undefined || present.phase !== 'returning') return;
  if (present.hasCordoned) await uncordon(options.client(), row.name);
  await options.rows.remove(row.nodeId);
}

/** A Node that is gone needs none. */
async function uncordon(client: KubernetesClient, name: string): Promise<void> {
  try {
    await setCordon(client, name, false);
  } catch (thrown) {
    const error = VentError.from(thrown);
    if (error.code !== 'NOT_FOUND') throw error;
  }
}

/** Leaves a row alone that is another one by now, or that is to return. */
async function note(
  { rows }: DrainsOptions,
  { nodeId, since, phase }: DrainRow,
  change: Partial<Pick<DrainRow, 'phase' | 'message' | 'hasCordoned'>>,
): Promise<void> {
  await rows.update(nodeId, (row) =>
    row === undefined || row.since !== since || row.phase !== phase ? undefined : { ...row, ...change },
  );
}
