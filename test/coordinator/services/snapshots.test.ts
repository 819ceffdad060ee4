/** What operators do with snapshots, over the operator port with certificates of theirs. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { snapshotMethods } from '../../../coordinator/services/snapshots.ts';
import type { SnapshotProgress, SnapshotTaker } from '../../../coordinator/snapshots/taker.ts';
import type { SnapshotBook } from '../../../coordinator/store/snapshots.ts';
import { systemClock } from '../../../shared/clock.ts';
import { createTestBook, enterSnapshot, makeSnapshot, sha256Of, type TestBook } from '../snapshots/world.ts';
import { type OperatorPort, openOperatorPort } from './operator-port.ts';

describe('operators and snapshots', () => {
  const file = makeSnapshot(9000);
  const taking = { end: Promise.withResolvers<void>(), progress: undefined as SnapshotProgress | undefined };
  const audited: string[] = [];
  let test: TestBook;
  let book: SnapshotBook;
  let port: OperatorPort;

  before(async () => {
    test = await createTestBook();
    book = await test.open();
    const taker: SnapshotTaker = {
      async take() {
        taking.progress = { machine: 'm2', received: 512, total: file.length };
        await taking.end.promise;
        return await enterSnapshot(book, file);
      },
      progress: () => taking.progress,
      settled: async () => undefined,
    };
    const audit = async (actor: string, action: string): Promise<void> => void audited.push(`${actor} ${action}`);
    port = await openOperatorPort((callers) =>
      snapshotMethods({ ...callers, snapshots: book, taker, clock: systemClock, audit }, (bug) => assert.fail(bug)),
    );
  });
  after(async () => {
    await port.close();
    await test.remove();
  });

  it('are told how far one is, and at last what it is', async () => {
    const operator = await port.connect('ada', 'operator');
    const told = [];
    for await (const message of operator.stream((methods) => methods.TakeEtcdSnapshot, {})) {
      told.push(message);
      if (message.received === '512') taking.end.resolve();
      await setImmediate();
    }
    assert.ok(told.some(({ machine, received }) => machine === 'm2' && received === '512'));
    const taken = told.at(-1)?.snapshot;
    assert.deepEqual([taken?.sha256, taken?.revision, taken?.size], [sha256Of(file), '61', String(file.length)]);
    const listed = await operator.call((methods) => methods.ListEtcdSnapshots, {});
    assert.deepEqual(listed.snapshots, [taken]);
    assert.deepEqual(audited.splice(0), ['ada etcd.snapshot']);
  });

  it('read one as it was before it was sealed, and it is known who did', async () => {
    const operator = await port.connect('ada', 'operator');
    const parts: Uint8Array[] = [];
    for await (const { part } of operator.stream((methods) => methods.ReadEtcdSnapshot, { id: '' }))
      if (part !== undefined) parts.push(part);
    assert.ok(Buffer.concat(parts).equals(file));
    assert.deepEqual(audited.splice(0), ['ada etcd.snapshot.read']);
    const missing = operator.stream((methods) => methods.ReadEtcdSnapshot, { id: '00000000' });
    await assert.rejects(
      async () => {
        for await (const _ of missing) assert.fail('it is not there');
      },
      { code: 'NOT_FOUND' },
    );
  });

  it('who may only look see the list, and neither take nor read one', async () => {
    const operator = await port.connect('eve', 'reader');
    assert.equal((await operator.call((methods) => methods.ListEtcdSnapshots, {})).snapshots.length, 1);
    for (const stream of [
      operator.stream((methods) => methods.TakeEtcdSnapshot, {}),
      operator.stream((methods) => methods.ReadEtcdSnapshot, { id: '' }),
    ])
      await assert.rejects(
        async () => {
          for await (const _ of stream) assert.fail('it is not for readers');
        },
        { code: 'UNAUTHENTICATED' },
      );
    assert.deepEqual(audited, []);
  });
});
