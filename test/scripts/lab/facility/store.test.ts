import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import { openStore } from '../../../../scripts/lab/facility/store.ts';

const key = (id: string, label: string) => ({ id, label, key: 'ssh-ed25519 AAAA', createdAt: '2030-01-01T00:00:00Z' });

describe("the facility's memory", () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'vent-facility-store-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('has on the disk whatever was put before a commit that has ended', async () => {
    const store = await openStore(directory);
    const commits = Array.from({ length: 20 }, async (_, index) => {
      store.keys.put(key(String(index), `key ${index}`));
      await store.commit();
      const saved: unknown = JSON.parse(await readFile(join(directory, 'facility.json'), 'utf8'));
      assert.match(JSON.stringify(saved), new RegExp(`"key ${index}"`));
    });
    await Promise.all(commits);
  });

  it('comes back as it was, whatever was done to it', async () => {
    const step = fc.tuple(fc.constantFrom('put', 'update', 'remove'), fc.constantFrom('a', 'b', 'c'), fc.string());
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        const store = await openStore(directory);
        for (const [verb, id, label] of steps) {
          if (verb === 'put') store.keys.put(key(id, label));
          else if (verb === 'remove') store.keys.remove(id);
          else assert.equal(store.keys.update(id, { label })?.label, store.keys.get(id)?.label);
        }
        await store.commit();
        assert.deepEqual((await openStore(directory)).keys.list(), store.keys.list());
      }),
      { numRuns: 25 },
    );
  });
});
