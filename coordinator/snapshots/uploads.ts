/**
 * Snapshots that are on their way from machines. What nobody ordered is not taken in.
 *
 * INVARIANT: an order takes one snapshot, from the machine that was asked, and no byte more than a snapshot may have.
 */
import { VentError } from '../../shared/errors.ts';
import { createSnapshotCheck, SNAPSHOT_PART, type SnapshotFile } from '../../shared/snapshot.ts';
import type { NodeMessages } from '../../shared/wire.ts';
import type { SnapshotDraft } from '../store/snapshots.ts';

type Message = NodeMessages['snapshot'];

export interface Order {
  readonly operationId: string;
  readonly nodeId: string;
  readonly draft: Pick<SnapshotDraft, 'write' | 'close'>;
  /** Called with each part that was taken in. @param total bytes that were announced */
  onProgress(received: number, total: number): void;
}

export interface Expected {
  /** What was taken in; undefined before it is whole and durable. */
  file(): SnapshotFile | undefined;
  /** Nothing more of it is taken in; resolves when nobody writes to its draft any longer. */
  end(): Promise<void>;
}

export interface Uploads {
  expect(order: Order): Expected;
  /**
   * Takes a snapshot in.
   * @param tell called with bytes taken in so far, and at last with `isKept`
   * @throws VentError NOT_FOUND for what was not ordered, SNAPSHOT_CORRUPT, INVALID_INPUT, DISK_FULL
   */
  receive(
    nodeId: string,
    messages: AsyncIterable<Message>,
    tell: (received: number, isKept: boolean) => void,
  ): Promise<void>;
}

interface Open extends Order {
  readonly ending: AbortController;
  file: SnapshotFile | undefined;
  /** Settles when the stream that brings it has ended; undefined until there is one. */
  reading: Promise<unknown> | undefined;
}

export function createUploads(): Uploads {
  const open = new Map<string, Open>();

  return {
    expect(order) {
      const entry: Open = { ...order, ending: new AbortController(), file: undefined, reading: undefined };
      open.set(order.operationId, entry);
      return {
        file: () => entry.file,
        async end() {
          open.delete(order.operationId);
          entry.ending.abort();
          await entry.reading?.catch(() => undefined);
        },
      };
    },
    async receive(nodeId, messages, tell) {
      const stream = messages[Symbol.asyncIterator]();
      const first = await stream.next();
      const begin = first.done === true ? undefined : first.value.begin;
      const entry = begin && open.get(begin.operation_id);
      if (entry === undefined || entry.nodeId !== nodeId || entry.reading !== undefined)
        throw new VentError('NOT_FOUND', 'cannot take the snapshot in: nobody ordered it, or not any more');
      entry.reading = takeIn(entry, Number(begin?.size), stream, tell);
      await entry.reading;
    },
  };
}

async function takeIn(
  entry: Open,
  total: number,
  stream: AsyncIterator<Message>,
  tell: (received: number, isKept: boolean) => void,
): Promise<void> {
  const { draft, ending, onProgress } = entry;
  const check = createSnapshotCheck();
  let received = 0;
  for (;;) {
    const message = await unlessEnded(ending.signal, stream.next());
    // Not an error: the stream just ends, and without word that it is kept it was not.
    if (message === undefined) return;
    if (message.done === true) throw new VentError('SNAPSHOT_CORRUPT', 'cannot take the snapshot in: it was cut off');
    if (message.value.end !== undefined) break;
    const { part } = message.value;
    if (part === undefined || part.length > SNAPSHOT_PART)
      throw new VentError('INVALID_INPUT', 'cannot take the snapshot in: a message of it has another form');
    check.update(part);
    await draft.write(part);
    received += part.length;
    onProgress(received, total);
    tell(received, false);
  }
  const file = check.end();
  await draft.close();
  entry.file = file;
  tell(received, true);
}

/** @returns undefined once the signal has aborted */
async function unlessEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T | undefined> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const stop = (): void => resolve(undefined);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return signal.aborted ? undefined : await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
