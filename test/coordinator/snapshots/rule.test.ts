import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSnapshotRule } from '../../../coordinator/snapshots/rule.ts';
import type { SnapshotProgress } from '../../../coordinator/snapshots/taker.ts';
import type { SnapshotRow } from '../../../coordinator/store/snapshots.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { describeSnapshot, makeSnapshot } from './world.ts';

const HOUR = 3_600_000;
const FILE = makeSnapshot(1);

function createBench() {
  const clock = createFakeClock();
  const kept: SnapshotRow[] = [];
  const taking: { readonly reason: string; end(failure?: VentError): Promise<void> }[] = [];
  const seen = { changes: 0, progress: undefined as SnapshotProgress | undefined };

  async function take(reason: string): Promise<SnapshotRow> {
    const begun = clock.now();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    taking.push({
      reason,
      async end(failure) {
        if (failure === undefined) resolve();
        else reject(failure);
        await new Promise(setImmediate);
      },
    });
    await promise;
    const row = { ...describeSnapshot(FILE, begun), id: 'aaaaaaaa' };
    kept.push(row);
    return row;
  }

  const rule = createSnapshotRule({
    book: { list: async () => kept },
    taker: { take, progress: () => seen.progress, settled: async () => undefined },
    maxAge: async () => 24 * HOUR,
    onChange: () => {
      seen.changes += 1;
    },
    clock,
  });
  return { clock, kept, taking, seen, rule };
}

const NEED = { what: 'adds m2 as a learner' };

describe("the rule of a snapshot's age", () => {
  it('has one taken when there is none, once, and says how far it is until it is there', async () => {
    const { taking, seen, rule } = createBench();
    const waits = 'adds m2 as a learner: waits for a snapshot of etcd, not older than 24 h, [etcd-snapshot]';
    assert.equal(await rule.complaint(NEED), waits);
    seen.progress = { machine: 'm3', received: 12 << 20, total: 34 << 20 };
    assert.equal(await rule.complaint(NEED), `${waits}: 12.0 MiB of 34.0 MiB from m3`);
    assert.deepEqual(
      taking.map(({ reason }) => reason),
      ['adds m2 as a learner'],
    );
    await taking[0]?.end();
    assert.equal(seen.changes, 1);
    assert.equal(await rule.complaint(NEED), undefined);
  });

  it('counts one until its limit, and not a moment longer', async () => {
    const { clock, taking, rule, kept } = createBench();
    kept.push({ ...describeSnapshot(FILE, clock.now()), id: 'bbbbbbbb' });
    await clock.advance(24 * HOUR);
    assert.equal(await rule.complaint(NEED), undefined);
    await clock.advance(1);
    assert.match((await rule.complaint(NEED)) ?? '', /\[etcd-snapshot\]/);
    assert.equal(taking.length, 1);
  });

  it('lets those on who waited for one that took longer than its limit', async () => {
    const { clock, taking, rule } = createBench();
    await rule.complaint(NEED);
    await clock.advance(25 * HOUR);
    await taking[0]?.end();
    assert.equal(await rule.complaint(NEED), undefined);
    await clock.advance(60_001);
    assert.match((await rule.complaint(NEED)) ?? '', /\[etcd-snapshot\]/);
  });

  it('lets nobody else on with that one', async () => {
    const { clock, taking, rule } = createBench();
    await rule.complaint(NEED);
    await clock.advance(25 * HOUR);
    await taking[0]?.end();
    assert.match((await rule.complaint({ what: 'adds m3 as a learner' })) ?? '', /\[etcd-snapshot\]/);
    assert.equal(await rule.complaint(NEED), undefined);
  });

  it('counts none that was begun before what it is for, however young', async () => {
    const { clock, taking, rule, kept } = createBench();
    kept.push({ ...describeSnapshot(FILE, clock.now()), id: 'bbbbbbbb' });
    await clock.advance(1000);
    const need = { what: 'takes etcd from 3.7.3 to 3.8.0', since: clock.now() };
    assert.match((await rule.complaint(need)) ?? '', /waits for a new snapshot/);
    await taking[0]?.end();
    assert.equal(await rule.complaint(need), undefined);
  });

  it('refuses, with the reason, when none can be taken, and tries again after a pause', async () => {
    const { clock, taking, rule } = createBench();
    await rule.complaint(NEED);
    await taking[0]?.end(new VentError('DISK_FULL', 'cannot write: no space is left'));
    assert.equal(
      await rule.complaint(NEED),
      'adds m2 as a learner: a snapshot of etcd, not older than 24 h, must be there first [etcd-snapshot], and none can be taken: cannot write: no space is left',
    );
    assert.equal(taking.length, 1);
    await clock.advance(30_000);
    await rule.complaint(NEED);
    assert.equal(taking.length, 2);
    await taking[1]?.end();
    assert.equal(await rule.complaint(NEED), undefined);
  });
});
