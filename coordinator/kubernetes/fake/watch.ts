/** Watches of the fake API server. */
import type { Stream } from '../transport.ts';
import { isIn, isSelected, placeOf } from './query.ts';
import type { FakeStore } from './store.ts';

/** @param isConnected false ends the stream at the next change */
export function watchFake(store: FakeStore, path: string, isConnected: () => boolean, signal: AbortSignal): Stream {
  const url = new URL(path, 'https://fake');
  const version = Number(url.searchParams.get('resourceVersion'));
  const status = store.since(version) === undefined ? 410 : 200;
  return { status, lines: follow(store, url, version, () => isConnected() && !signal.aborted, signal) };
}

async function* follow(
  store: FakeStore,
  url: URL,
  from: number,
  isOpen: () => boolean,
  signal: AbortSignal,
): AsyncGenerator<string> {
  const collection = placeOf(url.pathname);
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  let seen = from;
  while (isOpen()) {
    const changed = store.changed();
    for (const { version, type, path, fields } of store.since(seen) ?? []) {
      seen = version;
      if (isIn(collection, path) && isSelected(fields, url.searchParams))
        yield JSON.stringify({ type, object: fields });
    }
    yield JSON.stringify({ type: 'BOOKMARK', object: { metadata: { resourceVersion: `${seen}` } } });
    await Promise.race([changed, aborted]);
  }
}
