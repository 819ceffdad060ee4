import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as z from 'zod';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { VentError } from '../../../shared/errors.ts';

const schema = z.strictObject({ count: z.int(), note: z.string().optional() });

function createCounters() {
  const store = createMemoryStore();
  return { store, counters: createCollection(store, '/counters/', schema) };
}

const isError = (code: string, words: RegExp) => (error: unknown) =>
  error instanceof VentError && error.code === code && words.test(error.message);

describe('a collection', () => {
  it('gives rows without the prefix, sorted', async () => {
    const { counters } = createCounters();
    await counters.put('b', { count: 2 });
    await counters.put('a', { count: 1 });
    const { rows, revision } = await counters.list();
    assert.deepEqual(rows, [
      { key: 'a', value: { count: 1 }, revision: 2 },
      { key: 'b', value: { count: 2 }, revision: 1 },
    ]);
    assert.equal(revision, 2);
  });

  it('gives the same row again while nobody writes it, frozen, and another once somebody did', async () => {
    const { counters } = createCounters();
    await counters.put('a', { count: 1 });
    const first = await counters.get('a');
    assert.equal((await counters.list()).rows[0], first);
    assert.ok(Object.isFrozen(first?.value));
    await counters.put('a', { count: 2 });
    assert.deepEqual((await counters.get('a'))?.value, { count: 2 });
    await counters.remove('a');
    assert.equal(await counters.get('a'), undefined);
    await counters.put('a', { count: 3 });
    assert.deepEqual((await counters.list()).rows[0]?.value, { count: 3 });
  });

  it('loses no update of many at once', async () => {
    const { counters } = createCounters();
    const add = () => counters.update('a', (current) => ({ count: (current?.count ?? 0) + 1 }));
    await Promise.all(Array.from({ length: 40 }, add));
    assert.equal((await counters.get('a'))?.value.count, 40);
  });

  it('leaves a row alone when the change gives nothing', async () => {
    const { store, counters } = createCounters();
    await counters.put('a', { count: 1 });
    assert.deepEqual(await counters.update('a', () => undefined), { count: 1 });
    assert.equal((await store.list('/')).revision, 1);
  });

  it('tells of changes with their values', async () => {
    const { counters } = createCounters();
    await counters.put('a', { count: 1 });
    await counters.remove('a');
    const seen = [];
    for await (const event of counters.watch(0, new AbortController().signal)) {
      seen.push(event);
      if (seen.length === 2) break;
    }
    assert.deepEqual(seen, [
      { type: 'put', key: 'a', value: { count: 1 }, revision: 1 },
      { type: 'remove', key: 'a', revision: 2 },
    ]);
  });

  it('refuses to read and to write a row of another shape, without its value', async () => {
    const { store, counters } = createCounters();
    await store.transact({ compare: [], put: [{ key: '/counters/a', value: { count: 'canary' } }] });
    await assert.rejects(counters.get('a'), (error) => {
      assert.ok(error instanceof VentError);
      assert.doesNotMatch(error.message, /canary/);
      return isError('STORE_FAILED', /counters\/a: count/)(error);
    });
    await assert.rejects(
      counters.update('b', () => ({ count: 1.5 })),
      isError('BUG', /counters\/b/),
    );
  });
});
