import assert from 'node:assert/strict';
import { chmod, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { loadSealKey } from '../../../coordinator/store/seal-key.ts';
import { createSealer } from '../../../coordinator/store/sealer.ts';
import { VentError } from '../../../shared/errors.ts';

const isStoreFailure = (error: unknown) => error instanceof VentError && error.code === 'STORE_FAILED';
const keys = fc.uint8Array({ minLength: 32, maxLength: 32 });

describe('what is sealed', () => {
  it('opens in its own place with its own key', () =>
    fc.assert(
      fc.property(keys, fc.string(), fc.uint8Array(), (key, place, bytes) => {
        const sealer = createSealer(key);
        assert.deepEqual(Buffer.from(sealer.open(place, sealer.seal(place, bytes))), Buffer.from(bytes));
      }),
    ));

  it('opens nowhere else, with no other key, and not when a bit of it was changed', () =>
    fc.assert(
      fc.property(keys, fc.uint8Array(), fc.nat(), (key, bytes, bit) => {
        const sealer = createSealer(key);
        const sealed = sealer.seal('/a', bytes);
        assert.throws(() => sealer.open('/b', sealed), isStoreFailure);
        assert.throws(() => createSealer(key.map((byte) => byte ^ 1)).open('/a', sealed), isStoreFailure);
        const changed = Buffer.from(sealed.slice(3), 'base64');
        const index = Math.floor(bit / 8) % changed.length;
        changed[index] = (changed[index] ?? 0) ^ (1 << (bit % 8));
        assert.throws(() => sealer.open('/a', `v1:${changed.toString('base64')}`), isStoreFailure);
      }),
    ));

  it('is refused when it is any other text', () =>
    fc.assert(
      fc.property(fc.string(), (text) =>
        assert.throws(() => createSealer(Buffer.alloc(32)).open('/a', text), isStoreFailure),
      ),
    ));

  it('differs each time', () => {
    const sealer = createSealer(Buffer.alloc(32));
    assert.notEqual(sealer.seal('/a', Buffer.from('x')), sealer.seal('/a', Buffer.from('x')));
  });
});

describe('the seal key', () => {
  let root = '';
  before(async () => {
    root = await mkdtemp(join(tmpdir(), 'vent-seal-'));
  });
  after(() => rm(root, { recursive: true, force: true }));

  it('is made once, for its owner only', async () => {
    const directory = join(root, 'new');
    const key = await loadSealKey(directory);
    assert.equal(key.length, 32);
    assert.deepEqual(await loadSealKey(directory), key);
    assert.equal((await stat(join(directory, 'seal.key'))).mode & 0o777, 0o600);
  });

  it('is refused when others may read it or it is not whole', async () => {
    const directory = join(root, 'bad');
    await loadSealKey(directory);
    await chmod(join(directory, 'seal.key'), 0o640);
    await assert.rejects(loadSealKey(directory), isStoreFailure);
    await chmod(join(directory, 'seal.key'), 0o600);
    await writeFile(join(directory, 'seal.key'), 'short');
    await assert.rejects(loadSealKey(directory), isStoreFailure);
  });
});
