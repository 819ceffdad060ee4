import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createArtifactStore } from '../../../coordinator/artifacts/store.ts';
import { makeRoom } from './room.ts';

const sha256 = (bytes: Uint8Array | string): string => createHash('sha256').update(bytes).digest('hex');

describe('the store of artifacts', () => {
  it('keeps whatever it is given under its hash', async (t) => {
    const room = await makeRoom(t);
    const store = createArtifactStore(join(room, 'artifacts'));
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1 }), async (bytes) => {
        await writeFile(join(room, 'file'), bytes, { flush: true });
        const content = await store.add(join(room, 'file'));
        await rm(join(room, 'file'));
        assert.deepEqual(content, { sha256: sha256(bytes), size: bytes.length });
        assert.deepEqual(new Uint8Array(await readFile(join(room, 'artifacts', `sha256-${content.sha256}`))), bytes);
      }),
      { numRuns: 20 },
    );
  });

  it('takes the same file twice without harm, by link where it can', async (t) => {
    const room = await makeRoom(t);
    const store = createArtifactStore(join(room, 'artifacts'));
    await writeFile(join(room, 'file'), 'bytes');
    const content = await store.add(join(room, 'file'));
    assert.deepEqual(await store.add(join(room, 'file')), content);
    assert.deepEqual(await store.add(join(room, 'file'), content), content);
    assert.deepEqual(await readdir(join(room, 'artifacts')), [`sha256-${content.sha256}`]);
    assert.equal((await stat(join(room, 'file'))).nlink, 2);
  });

  it('refuses what is not as stated, or empty, and keeps nothing of it', async (t) => {
    const room = await makeRoom(t);
    const store = createArtifactStore(join(room, 'artifacts'));
    await writeFile(join(room, 'file'), 'bytes');
    const stated = { sha256: sha256('bytes'), size: 5 };
    for (const wrong of [
      { ...stated, size: 6 },
      { ...stated, sha256: sha256('other') },
    ]) {
      await assert.rejects(store.add(join(room, 'file'), wrong), { code: 'ARTIFACT_CORRUPT' });
    }
    await truncate(join(room, 'file'), 0);
    await assert.rejects(store.add(join(room, 'file')), { code: 'ARTIFACT_CORRUPT' });
    assert.deepEqual(await readdir(join(room, 'artifacts')), []);
  });

  it('finds a cut, a change and a loss when it verifies', async (t) => {
    const room = await makeRoom(t);
    const store = createArtifactStore(join(room, 'artifacts'));
    await writeFile(join(room, 'file'), 'bytes');
    const content = await store.add(join(room, 'file'));
    const path = join(room, 'artifacts', `sha256-${content.sha256}`);
    await store.verify(content, 'it');
    for (const spoil of [() => writeFile(path, 'bytez'), () => truncate(path, 3), () => rm(path)]) {
      await spoil();
      await assert.rejects(store.verify(content, 'it'), { code: 'ARTIFACT_CORRUPT' });
    }
  });

  it('takes the place of a file of which a byte has changed', async (t) => {
    const room = await makeRoom(t);
    const store = createArtifactStore(join(room, 'artifacts'));
    const content = { sha256: sha256('bytes'), size: 5 };
    await writeFile(join(room, 'file'), 'bytes');
    await store.add(join(room, 'file'), content);
    const path = join(room, 'artifacts', `sha256-${content.sha256}`);
    await rm(path);
    await writeFile(path, 'bytez');
    await store.add(join(room, 'file'), content);
    assert.equal(await readFile(path, 'utf8'), 'bytes');
  });

  it('takes the place of a file that was cut off', async (t) => {
    const room = await makeRoom(t);
    const store = createArtifactStore(join(room, 'artifacts'));
    await writeFile(join(room, 'file'), 'bytes');
    const content = { sha256: sha256('bytes'), size: 5 };
    await store.add(join(room, 'file'), content);
    const path = join(room, 'artifacts', `sha256-${content.sha256}`);
    await rm(path);
    await writeFile(path, 'by');
    await store.add(join(room, 'file'), content);
    await store.verify(content, 'it');
  });

  it('opens what it has and nothing else', async (t) => {
    const room = await makeRoom(t);
    const store = createArtifactStore(join(room, 'artifacts'));
    await writeFile(join(room, 'file'), 'bytes');
    const { sha256: digest } = await store.add(join(room, 'file'));
    const file = await store.open(digest);
    assert.equal(file?.size, 5);
    await file?.handle.close();
    assert.equal(await store.open(sha256('other')), undefined);
  });
});
