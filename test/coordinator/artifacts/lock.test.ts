import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { whileLocked } from '../../../coordinator/artifacts/lock.ts';
import { createEagerClock, createFakeClock } from '../../../shared/fake-clock.ts';
import { makeRoom } from './room.ts';

describe('the build lock', () => {
  it('names its owner by process id and start time, and is gone afterwards', async (t) => {
    const path = join(await makeRoom(t), 'build.lock');
    const text = await whileLocked(path, { clock: createEagerClock(), onWaiting() {} }, () => readFile(path, 'utf8'));
    const owner: unknown = JSON.parse(text);
    assert.ok(typeof owner === 'object' && owner !== null && 'pid' in owner && 'started' in owner);
    assert.equal(owner.pid, process.pid);
    assert.match(String(owner.started), /^\d+$/);
    assert.equal(existsSync(path), false);
  });

  it('is given back when the work fails', async (t) => {
    const path = join(await makeRoom(t), 'build.lock');
    const work = whileLocked(path, { clock: createEagerClock(), onWaiting() {} }, () =>
      Promise.reject(new Error('no')),
    );
    await assert.rejects(work, /no/);
    assert.equal(existsSync(path), false);
  });

  it('lets one in at a time and tells the others whom they wait for, once', async (t) => {
    const path = join(await makeRoom(t), 'build.lock');
    const clock = createEagerClock();
    const waitedFor: number[] = [];
    let inside = 0;
    let most = 0;
    const one = (): Promise<void> =>
      whileLocked(path, { clock, onWaiting: (pid) => waitedFor.push(pid) }, async () => {
        inside += 1;
        most = Math.max(most, inside);
        await clock.wait(5000);
        inside -= 1;
      });
    await Promise.all([one(), one(), one()]);
    assert.equal(most, 1);
    assert.deepEqual([...new Set(waitedFor)], [process.pid]);
    assert.ok(waitedFor.length <= 2);
  });

  it('is taken over from a process that is gone, or whose number another one has now', async (t) => {
    const path = join(await makeRoom(t), 'build.lock');
    const unknownPid = 2 ** 22 + 1;
    for (const owner of [{ pid: unknownPid, started: '1' }, { pid: process.pid, started: '1' }, 'not a lock']) {
      await writeFile(path, JSON.stringify(owner));
      assert.equal(await whileLocked(path, { clock: createFakeClock(), onWaiting() {} }, async () => 'done'), 'done');
    }
  });

  it('stops waiting when it is told to', async (t) => {
    const path = join(await makeRoom(t), 'build.lock');
    const clock = createFakeClock();
    const stop = new AbortController();
    await whileLocked(path, { clock, onWaiting() {} }, async () => {
      const waiting = whileLocked(path, { clock, signal: stop.signal, onWaiting: () => stop.abort() }, async () => {});
      await assert.rejects(waiting, { name: 'AbortError' });
    });
  });
});
