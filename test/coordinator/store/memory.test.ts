import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { VentError } from '../../../shared/errors.ts';
import { holdStoreToItsLaws } from '../../laws/store.ts';

holdStoreToItsLaws('the store in memory', async (keep) => {
  const store = createMemoryStore({ keep });
  return { store, reopen: undefined, end: () => store.close() };
});

describe('the faults of the store in memory', () => {
  const error = new VentError('STORE_FAILED', 'cannot write the store: ordered');
  const transaction = { compare: [], put: [{ key: '/a', value: 1 }] };

  it('loses a transaction', async () => {
    const store = createMemoryStore();
    store.failNext(error, 'lost');
    await assert.rejects(store.transact(transaction), error);
    assert.equal(await store.get('/a'), undefined);
    assert.equal(await store.transact(transaction), 1);
  });

  it('writes a transaction and loses the answer', async () => {
    const store = createMemoryStore();
    store.failNext(error, 'unanswered');
    await assert.rejects(store.transact(transaction), error);
    assert.equal((await store.get('/a'))?.value, 1);
  });
});
