import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createAudit } from '../../coordinator/audit.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import type { Json } from '../../coordinator/store/store.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';

const entry = (subject: string) => ({ actor: 'operator:ada', action: 'token.create', subject, result: 'done' });

async function setUp(count: number) {
  const store = createMemoryStore();
  const audit = createAudit(store, createFakeClock());
  for (let index = 1; index <= count; index += 1) await audit.append(entry(`token:${index}`));
  const { entries } = await store.list('/audit/');
  return { store, audit, entries };
}

const write = (key: string, value: Json) => ({ compare: [], put: [{ key, value }] });

describe('the audit', () => {
  it('holds every record of many writers, also of two that know nothing of each other', async () => {
    const store = createMemoryStore();
    const audits = [createAudit(store, createFakeClock()), createAudit(store, createFakeClock())];
    await Promise.all(Array.from({ length: 40 }, (_, index) => audits[index % 2]?.append(entry(`token:${index}`))));
    assert.equal(await audits[0]?.verify(), undefined);
    assert.equal((await audits[0]?.head())?.sequence, 40);
  });

  it('is written with what it tells of, or not at all', async () => {
    const { store, audit } = await setUp(0);
    const put = [{ key: '/a', value: 1 }];
    assert.equal(await audit.transact(entry('a'), { compare: [{ key: '/a', revision: 9 }], put }), undefined);
    assert.deepEqual(await audit.list(), []);
    assert.notEqual(await audit.transact(entry('a'), { compare: [{ key: '/a', revision: 0 }], put }), undefined);
    assert.equal((await audit.list()).length, 1);
    assert.equal((await store.get('/a'))?.value, 1);
  });

  it('shows an edit of any field', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(3),
        fc.constantFrom('time', 'actor', 'action', 'subject', 'result', 'previous', 'hash'),
        async (index, field) => {
          const { store, audit, entries } = await setUp(4);
          const edited = entries[index];
          assert.ok(edited !== undefined && typeof edited.value === 'object');
          const value = field === 'time' ? '2031-01-01T00:00:00.000Z' : 'x';
          await store.transact(write(edited.key, { ...edited.value, [field]: value }));
          assert.match((await audit.verify()) ?? '', /^record \d/);
        },
      ),
      { numRuns: 30 },
    ));

  it('shows a deletion and a truncation', async () => {
    const { store, audit, entries } = await setUp(3);
    await store.transact({ compare: [], remove: [entries[2]?.key ?? ''] });
    assert.match((await audit.verify()) ?? '', /ends at record 2, its head says 3/);
    await store.transact({ compare: [], remove: [entries[0]?.key ?? ''] });
    assert.equal(await audit.verify(), 'record 1 is missing');
  });

  it('shows a chain that was cut and written anew to whoever kept a head', async () => {
    const { audit } = await setUp(3);
    const known = await audit.head();
    const forged = await setUp(2);
    await forged.audit.append(entry('token:forged'));
    assert.equal(await forged.audit.verify(), undefined);
    assert.equal(await forged.audit.verify(known), 'record 3 is not the one that was known');
    assert.equal(await audit.verify(known), undefined);
  });
});
