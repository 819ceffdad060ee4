import assert from 'node:assert/strict';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { downloadFile, downloadText } from '../../../coordinator/artifacts/download.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { startMirror } from './mirror.ts';
import { makeRoom } from './room.ts';

const bytes = Buffer.from('abcdefghij'.repeat(1000));
const deps = { fetch, clock: createEagerClock(), random: () => 0.5 };

interface Watch {
  readonly onBytes: (received: number) => void;
  /** Comes true when so many bytes have arrived. */
  readonly reached: (bytes: number) => Promise<void>;
}

function watchBytes(): Watch {
  const waits = new Map<number, () => void>();
  return {
    onBytes: (received) => waits.get(received)?.(),
    reached: (bytes) => new Promise((resolve) => waits.set(bytes, resolve)),
  };
}

describe('a download', () => {
  it('brings the whole file and tells how far it is', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    const seen: [number, number | undefined][] = [];
    const onBytes = (received: number, total: number | undefined): void => void seen.push([received, total]);
    await downloadFile(deps, `${mirror.base}/f`, join(room, 'f'), { onBytes });
    assert.deepEqual(await readFile(join(room, 'f')), bytes);
    assert.deepEqual(seen.at(-1), [bytes.length, bytes.length]);
  });

  it('goes on where it was cut off', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    const { onBytes, reached } = watchBytes();
    mirror.faults.push({ type: 'cut', after: 4000, when: reached(4000) });
    mirror.faults.push({ type: 'cut', after: 2000, when: reached(6000) });
    await downloadFile(deps, `${mirror.base}/f`, join(room, 'f'), { onBytes });
    assert.deepEqual(await readFile(join(room, 'f')), bytes);
    assert.deepEqual(mirror.requests, ['GET /f', 'GET /f bytes=4000-', 'GET /f bytes=6000-']);
  });

  it('begins anew when the file is another one by then', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    const { onBytes, reached } = watchBytes();
    mirror.faults.push({ type: 'cut', after: 4000, when: reached(4000) });
    const swap = {
      ...deps,
      clock: { ...deps.clock, wait: async () => void mirror.files.set('/f', bytes.subarray(5)) },
    };
    await downloadFile(swap, `${mirror.base}/f`, join(room, 'f'), { onBytes });
    assert.deepEqual(await readFile(join(room, 'f')), bytes.subarray(5));
  });

  it('begins anew when what is here is already too long, or the answer is for another range', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    await downloadFile(deps, `${mirror.base}/f`, join(room, 'f'));
    await downloadFile(deps, `${mirror.base}/f`, join(room, 'f'));
    assert.deepEqual(await readFile(join(room, 'f')), bytes);
    const { onBytes, reached } = watchBytes();
    mirror.faults.push({ type: 'cut', after: 4000, when: reached(4000) }, { type: 'wrong range' });
    await downloadFile(deps, `${mirror.base}/f`, join(room, 'g'), { onBytes });
    assert.deepEqual(await readFile(join(room, 'g')), bytes);
  });

  it('tries again while the server is in trouble, and gives up in the end', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    mirror.faults.push({ type: 'status', status: 503 }, { type: 'status', status: 429 });
    await downloadFile(deps, `${mirror.base}/f`, join(room, 'f'));
    assert.equal(mirror.requests.length, 3);
    mirror.faults.push(...Array.from({ length: 5 }, () => ({ type: 'status', status: 503 }) as const));
    const failing = downloadFile(deps, `${mirror.base}/f`, join(room, 'g'));
    await assert.rejects(failing, { code: 'UNAVAILABLE', message: /503/ });
  });
});

describe('a download, refusing', () => {
  it('does not try again what is not there', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    await assert.rejects(downloadFile(deps, `${mirror.base}/f`, join(room, 'f')), { code: 'NOT_FOUND' });
    await assert.rejects(downloadText(deps, `${mirror.base}/f`), { code: 'NOT_FOUND' });
    assert.equal(mirror.requests.length, 2);
  });

  it('takes no more bytes than allowed and keeps none of them', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    const downloading = downloadFile(deps, `${mirror.base}/f`, join(room, 'f'), { largestBytes: 100 });
    await assert.rejects(downloading, { code: 'ARTIFACT_CORRUPT' });
    await assert.rejects(stat(join(room, 'f')), { code: 'ENOENT' });
  });

  it('leaves a circle of redirects', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    mirror.faults.push(...Array.from({ length: 200 }, () => ({ type: 'redirect', location: '/f' }) as const));
    await assert.rejects(downloadFile(deps, `${mirror.base}/f`, join(room, 'f')), { code: 'UNAVAILABLE' });
  });

  it('does not follow a redirect to an unprotected address', async (t) => {
    const room = await makeRoom(t);
    const answer = Object.defineProperty(new Response('bytes'), 'url', { value: 'http://elsewhere.example/f' });
    const led = { ...deps, fetch: async () => answer };
    const downloading = downloadFile(led, 'https://example.org/f', join(room, 'f'));
    await assert.rejects(downloading, { code: 'PROVIDER_REFUSED', message: /unprotected/ });
  });

  it('stops when it is interrupted', async (t) => {
    const [mirror, room] = [await startMirror(t), await makeRoom(t)];
    mirror.files.set('/f', bytes);
    const stop = new AbortController();
    const options = { signal: stop.signal, onBytes: () => stop.abort() };
    const large = Buffer.alloc(8 << 20);
    mirror.files.set('/f', large);
    await assert.rejects(downloadFile(deps, `${mirror.base}/f`, join(room, 'f'), options), { code: 'CANCELLED' });
  });
});
