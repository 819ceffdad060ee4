import assert from 'node:assert/strict';
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type CacheKey,
  type CacheRecord,
  cacheDirectory,
  createArtifactCache,
  type Origin,
  parseRecord,
} from '../../../coordinator/artifacts/cache.ts';
import { makeRoom } from './room.ts';

const key: CacheKey = { name: 'runc', version: '1.5.2', architecture: 'x64' };
const origin: Origin = { method: 'fetched', url: 'https://example.org/runc' };

describe("the cache's directory", () => {
  it('follows XDG_CACHE_HOME and falls back to ~/.cache', () => {
    assert.equal(cacheDirectory({ XDG_CACHE_HOME: '/cache' }, '/home/me'), '/cache/vent/artifacts');
    assert.equal(cacheDirectory({ XDG_CACHE_HOME: '' }, '/home/me'), '/home/me/.cache/vent/artifacts');
    assert.equal(cacheDirectory({}, '/home/me'), '/home/me/.cache/vent/artifacts');
  });
});

describe('the cache', () => {
  it('keeps a file under name, version and architecture, with a record of its making', async (t) => {
    const room = await makeRoom(t);
    const cache = createArtifactCache(room);
    await writeFile(join(room, 'part'), 'bytes');
    const { path, record } = await cache.adopt(key, join(room, 'part'), origin);
    assert.equal(path, join(room, 'runc/1.5.2/x64/runc'));
    assert.deepEqual(await cache.find(key), { path, record });
    assert.deepEqual({ size: record.size, origin: record.origin }, { size: 5, origin });
    assert.deepEqual(parseRecord(await readFile(`${path}.json`, 'utf8'), 'it'), record);
  });

  it('has nothing where nothing was put, or where only the file got there', async (t) => {
    const room = await makeRoom(t);
    const cache = createArtifactCache(room);
    assert.equal(await cache.find(key), undefined);
    await writeFile(join(room, 'part'), 'bytes');
    const { path } = await cache.adopt({ ...key, version: '2' }, join(room, 'part'), origin);
    await writeFile(`${path}.stray`, '');
    assert.equal(await cache.find(key), undefined);
  });

  it('keeps a changed build apart from the plain one', () => {
    const cache = createArtifactCache('/cache');
    assert.equal(cache.pathOf({ ...key, variant: 'changed' }), '/cache/runc/1.5.2+changed/x64/runc');
  });

  it('finds every cut and every flipped byte', async (t) => {
    const room = await makeRoom(t);
    const cache = createArtifactCache(room);
    await writeFile(join(room, 'part'), 'some bytes');
    const { path } = await cache.adopt(key, join(room, 'part'), origin);
    for (const spoil of [() => writeFile(path, 'sxme bytes'), () => truncate(path, 4), () => truncate(path, 0)]) {
      await spoil();
      await assert.rejects(cache.find(key), { code: 'ARTIFACT_CORRUPT' });
    }
  });

  it('refuses a record that it cannot read', async (t) => {
    const room = await makeRoom(t);
    const cache = createArtifactCache(room);
    await writeFile(join(room, 'part'), 'bytes');
    const { path } = await cache.adopt(key, join(room, 'part'), origin);
    await truncate(`${path}.json`, 20);
    await assert.rejects(cache.find(key), { code: 'ARTIFACT_CORRUPT' });
  });

  it('does not take an empty file', async (t) => {
    const room = await makeRoom(t);
    await writeFile(join(room, 'part'), '');
    const adopting = createArtifactCache(room).adopt(key, join(room, 'part'), origin);
    await assert.rejects(adopting, { code: 'ARTIFACT_CORRUPT' });
  });
});

describe('a record', () => {
  const record: fc.Arbitrary<CacheRecord> = fc.record(
    {
      name: fc.stringMatching(/^[a-z0-9][a-z0-9-]{0,20}$/),
      version: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9.+_-]{0,20}$/),
      architecture: fc.constantFrom('x64', 'arm64'),
      sha256: fc.stringMatching(/^[0-9a-f]{64}$/),
      size: fc.integer({ min: 1 }),
      variant: fc.string(),
      origin: fc.string().map((text): Origin => ({ method: 'package', package: text })),
    },
    { requiredKeys: ['name', 'version', 'architecture', 'sha256', 'size', 'origin'], noNullPrototype: true },
  );

  it('reads back as it was written', () => {
    fc.assert(fc.property(record, (one) => assert.deepEqual(parseRecord(JSON.stringify(one), 'it'), one)));
  });

  it('is either read or refused as corrupt, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        assert.throws(() => parseRecord(text, 'it'), { code: 'ARTIFACT_CORRUPT' });
      }),
    );
  });
});
