/** Watching a collection for as long as somebody wants to know. */
import * as z from 'zod';
import { createBackoff, RECONNECT } from '../../shared/backoff.ts';
import { VentError } from '../../shared/errors.ts';
import { queryOf, readList, refusalOf, toStored } from './answers.ts';
import type { ClientOptions, Selection, WatchEvent } from './client.ts';
import { collectionPath, type ResourceType } from './object.ts';
import type { Stream } from './transport.ts';

/** Seconds after which the API server is asked to end a watch, so that a dead connection is noticed. */
const LONGEST_WATCH = 290;

const line = z.object({ type: z.enum(['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK', 'ERROR']), object: z.unknown() });
const bookmark = z.object({ metadata: z.object({ resourceVersion: z.string() }) });

/**
 * Lists, then follows from there; a broken or ended watch goes on from the last version seen, and a history that is gone
 * (410, as HTTP status or as an event) leads to a new list.
 */
export async function* watchCollection(
  { transport, clock, random, log }: ClientOptions,
  type: ResourceType,
  selection: Selection,
  signal: AbortSignal,
): AsyncGenerator<WatchEvent> {
  const backoff = createBackoff(RECONNECT, random);
  let version: string | undefined;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const listed = await readList(transport, type, selection, signal);
        version = listed.resourceVersion;
        yield { type: 'list', items: listed.items };
      }
      const query = { watch: 'true', allowWatchBookmarks: 'true', timeoutSeconds: `${LONGEST_WATCH}` };
      const path = `${collectionPath(type, selection.namespace)}?${queryOf(selection, { ...query, resourceVersion: version })}`;
      const stream = await transport.open(path, signal);
      for await (const { event, version: seen } of readEvents(stream, type)) {
        version = seen;
        backoff.reset();
        if (event !== undefined) yield event;
      }
    } catch (thrown) {
      if (signal.aborted) return;
      if (thrown instanceof HistoryGone) version = undefined;
      else log.warn('cannot watch the Kubernetes API', { kind: type.kind, cause: VentError.from(thrown).message });
      await clock.wait(backoff.next(), signal).catch(() => undefined);
    }
  }
}

/** The versions after the one that was asked for are no longer known to the API server. */
class HistoryGone extends Error {}

interface Seen {
  /** Undefined for a bookmark. */
  readonly event: WatchEvent | undefined;
  readonly version: string;
}

async function* readEvents(stream: Stream, type: ResourceType): AsyncGenerator<Seen> {
  if (stream.status === 410) throw new HistoryGone();
  if (stream.status !== 200) throw refusalOf(`watch ${type.kind}`, { status: stream.status, body: '' });
  for await (const text of stream.lines) {
    const { type: kind, object } = line.parse(JSON.parse(text));
    // An error in a stream that had begun is a Status; whatever it says, a new list is what helps.
    if (kind === 'ERROR') throw new HistoryGone();
    if (kind === 'BOOKMARK') {
      yield { event: undefined, version: bookmark.parse(object).metadata.resourceVersion };
      continue;
    }
    const stored = toStored(object);
    const event: WatchEvent = { type: kind === 'DELETED' ? 'remove' : 'put', object: stored };
    yield { event, version: stored.metadata.resourceVersion };
  }
}
