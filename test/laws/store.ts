/** What every store promises. A test file of an implementation calls this once. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { Json, Store, StoreEvent, Transaction } from '../../coordinator/store/store.ts';
import { VentError } from '../../shared/errors.ts';

export interface StoreUnderTest {
  readonly store: Store;
  /** Closes the store and opens what it left behind; undefined where nothing is left. */
  readonly reopen: (() => Promise<Store>) | undefined;
  end(): Promise<void>;
}

/** @param open makes an empty store that keeps at least `keep` revisions of history */
export type OpenStore = (keep: number) => Promise<StoreUnderTest>;

const KEEP = 10_000;

async function withStore(open: OpenStore, body: (under: StoreUnderTest) => Promise<void>, keep = KEEP): Promise<void> {
  const under = await open(keep);
  try {
    await body(under);
  } finally {
    await under.end();
  }
}

/** The next `count` events of a watch, which is ended after them. */
export async function take(events: AsyncIterable<StoreEvent>, count: number): Promise<readonly StoreEvent[]> {
  const taken: StoreEvent[] = [];
  for await (const event of events) {
    taken.push(event);
    if (taken.length === count) break;
  }
  return taken;
}

const never = new AbortController().signal;
const put = (key: string, value: Json): Transaction => ({ compare: [], put: [{ key, value }] });

export function holdStoreToItsLaws(name: string, open: OpenStore): void {
  describe(`${name} keeps the laws of a store`, () => {
    describe('transactions', () => holdTransactions(open));
    describe('watching', () => holdWatching(open));
    describe('any order of transactions', () => holdModel(open));
    describe('refusals', () => holdRefusals(open));
  });
}

function holdTransactions(open: OpenStore): void {
  it('gives back what was put, with the revision that wrote it', () =>
    withStore(open, async ({ store }) => {
      assert.equal(await store.get('/a'), undefined);
      const revision = await store.transact(put('/a', { n: [1, 'zwei', null, true] }));
      assert.deepEqual(await store.get('/a'), { key: '/a', value: { n: [1, 'zwei', null, true] }, revision });
    }));

  it('lists by prefix, sorted by key, with the revision of the reading', () =>
    withStore(open, async ({ store }) => {
      for (const key of ['/b/2', '/a/1', '/b/10', '/b', '/b/~', '/c/1']) await store.transact(put(key, key));
      const { entries, revision } = await store.list('/b/');
      assert.deepEqual(
        entries.map((entry) => entry.value),
        ['/b/10', '/b/2', '/b/~'],
      );
      assert.equal(revision, 6);
    }));

  it('writes all or nothing', () =>
    withStore(open, async ({ store }) => {
      const first = await store.transact(put('/a', 1));
      const compare = [
        { key: '/a', revision: first ?? 0 },
        { key: '/b', revision: 7 },
      ];
      const answer = await store.transact({ compare, put: [{ key: '/a', value: 2 }], remove: ['/c'] });
      assert.equal(answer, undefined);
      assert.equal((await store.get('/a'))?.value, 1);
    }));

  it('takes revision 0 for "absent"', () =>
    withStore(open, async ({ store }) => {
      const claim: Transaction = { compare: [{ key: '/a', revision: 0 }], put: [{ key: '/a', value: 1 }] };
      assert.equal(await store.transact(claim), 1);
      assert.equal(await store.transact(claim), undefined);
      await store.transact({ compare: [], remove: ['/a'] });
      assert.equal(await store.transact(claim), 3);
    }));

  it('lets exactly one of a thousand claims at once win', () =>
    withStore(open, async ({ store }) => {
      const claims = Array.from({ length: 1000 }, (_, index) =>
        store.transact({ compare: [{ key: '/a', revision: 0 }], put: [{ key: '/a', value: index }] }),
      );
      const answers = await Promise.all(claims);
      assert.equal(answers.filter((answer) => answer !== undefined).length, 1);
    }));

  it('does not share objects with its callers', () =>
    withStore(open, async ({ store }) => {
      const value = { list: [1] };
      const written = store.transact(put('/a', value));
      value.list.push(2);
      await written;
      assert.deepEqual((await store.get('/a'))?.value, { list: [1] });
    }));

  it('keeps its revision when nothing changes', () =>
    withStore(open, async ({ store }) => {
      await store.transact(put('/a', 1));
      assert.equal(await store.transact({ compare: [{ key: '/a', revision: 1 }], remove: ['/gone'] }), 1);
    }));
}

function holdWatching(open: OpenStore): void {
  it('tells what happened before and after it began, once and in order', () =>
    withStore(open, async ({ store }) => {
      await store.transact(put('/w/a', 1));
      const from = (await store.list('/w/')).revision;
      await store.transact(put('/w/b', 2));
      const seen = take(store.watch('/w/', from, never), 3);
      await store.transact(put('/other', 0));
      await store.transact({ compare: [], put: [{ key: '/w/c', value: 3 }], remove: ['/w/a'] });
      assert.deepEqual(await seen, [
        { type: 'put', key: '/w/b', value: 2, revision: 2 },
        { type: 'remove', key: '/w/a', value: undefined, revision: 4 },
        { type: 'put', key: '/w/c', value: 3, revision: 4 },
      ]);
    }));

  it('misses and repeats nothing beside writers, even one transaction larger than a chunk', () =>
    withStore(open, async ({ store }) => {
      const seen = take(store.watch('/w/', 0, never), 1000);
      const many = Array.from({ length: 600 }, (_, index) => ({ key: `/w/big-${index}`, value: index }));
      const singles = Array.from({ length: 400 }, (_, index) => store.transact(put(`/w/${index % 7}`, index)));
      await Promise.all([...singles, store.transact({ compare: [], put: many })]);
      const events = await seen;
      const places = events.map((event) => `${String(event.revision).padStart(6, '0')} ${event.key}`);
      assert.deepEqual(places, [...new Set(places)].toSorted());
    }));

  it('ends when its signal aborts, and when the store closes', () =>
    withStore(open, async ({ store }) => {
      const ending = new AbortController();
      const watches = [take(store.watch('/', 0, ending.signal), 1), take(store.watch('/', 0, never), 1)];
      ending.abort();
      assert.deepEqual(await watches[0], []);
      await store.close();
      assert.deepEqual(await watches[1], []);
    }));

  it('says that history is gone, but not to one who kept up on a quiet prefix', () =>
    withStore(
      open,
      async ({ store }) => {
        const quiet = take(store.watch('/quiet/', 0, never), 1);
        for (let index = 0; index < 30; index += 1) await store.transact(put('/busy', index));
        await assert.rejects(take(store.watch('/', 1, never), 1), (error) => {
          assert.ok(error instanceof VentError);
          return error.code === 'CONFLICT';
        });
        await store.transact(put('/quiet/a', 1));
        assert.equal((await quiet)[0]?.key, '/quiet/a');
      },
      5,
    ));
}

const someKey = fc.constantFrom('/a', '/a/b', '/a/c', '/b', '/b/~', '/c');
const someTransaction = fc.record({
  compare: fc.uniqueArray(fc.record({ key: someKey, revision: fc.nat(12) }), {
    maxLength: 1,
    selector: (entry) => entry.key,
  }),
  writes: fc.uniqueArray(fc.record({ key: someKey, value: fc.option(fc.jsonValue({ maxDepth: 2 })) }), {
    maxLength: 4,
    selector: (entry) => entry.key,
  }),
});

/** The promise in its simplest words: a map, a counter, and what was written when. */
function createModel() {
  const entries = new Map<string, { readonly value: unknown; readonly revision: number }>();
  let revision = 0;
  return {
    entries,
    apply(transaction: Transaction): number | undefined {
      if (transaction.compare.some((entry) => (entries.get(entry.key)?.revision ?? 0) !== entry.revision))
        return undefined;
      const removed = (transaction.remove ?? []).filter((key) => entries.has(key));
      if ((transaction.put ?? []).length + removed.length === 0) return revision;
      revision += 1;
      for (const { key, value } of transaction.put ?? [])
        entries.set(key, { value: JSON.parse(JSON.stringify(value)), revision });
      for (const key of removed) entries.delete(key);
      return revision;
    },
  };
}

function holdModel(open: OpenStore): void {
  it('ends as a map would, asked one by one or all at once, also after it was opened again', () =>
    fc.assert(
      fc.asyncProperty(fc.array(someTransaction, { maxLength: 25 }), fc.boolean(), (steps, atOnce) =>
        withStore(open, async (under) => {
          const model = createModel();
          const transactions = steps.map(
            ({ compare, writes }): Transaction => ({
              compare,
              put: writes.flatMap(({ key, value }) => (value === null ? [] : [{ key, value: value as Json }])),
              remove: writes.flatMap(({ key, value }) => (value === null ? [key] : [])),
            }),
          );
          const expected = transactions.map((transaction) => model.apply(transaction));
          const answers: (number | undefined)[] = [];
          if (atOnce) answers.push(...(await Promise.all(transactions.map((step) => under.store.transact(step)))));
          else for (const step of transactions) answers.push(await under.store.transact(step));
          assert.deepEqual(answers, expected);
          const store = (await under.reopen?.()) ?? under.store;
          const { entries } = await store.list('/');
          const left = [...model.entries].toSorted(([one], [two]) => (one < two ? -1 : 1));
          assert.deepEqual(
            entries.map(({ key, ...rest }) => [key, rest]),
            left,
          );
        }),
      ),
      { numRuns: 60 },
    ));
}

function holdRefusals(open: OpenStore): void {
  it('refuses what another store could not keep', () =>
    withStore(open, async ({ store }) => {
      const refused: Transaction[] = [
        put('no-slash', 1),
        put('/with space', 1),
        put('/\u00fc', 1),
        put('/large', 'x'.repeat(1 << 20)),
        { compare: [], put: [{ key: '/a', value: 1 }], remove: ['/a'] },
      ];
      for (const transaction of refused)
        await assert.rejects(
          store.transact(transaction),
          (error) => error instanceof VentError && error.code === 'INVALID_INPUT',
        );
      assert.deepEqual((await store.list('/')).entries, []);
    }));
}
