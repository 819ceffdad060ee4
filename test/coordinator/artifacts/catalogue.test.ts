import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  bytesToSign,
  type CatalogueEntry,
  type CatalogueSigner,
  createCatalogue,
} from '../../../coordinator/artifacts/catalogue.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';

function createSigner(keyId: string): CatalogueSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  return {
    keyId,
    sign: (bytes) => sign(null, bytes, privateKey),
    verify: (bytes, signature, id) => id === keyId && verify(null, bytes, publicKey, signature),
  };
}

const kubelet: CatalogueEntry = {
  name: 'kubelet',
  version: '1.37.2',
  architecture: 'x64',
  sha256: 'a'.repeat(64),
  size: 42,
  upstream: 'https://example.org/kubelet',
};
const other = { ...kubelet, sha256: 'b'.repeat(64) };
const KEY = '/artifacts/kubelet/1.37.2/x64';

describe('the catalogue', () => {
  it('says what a name, a version and an architecture stand for', async () => {
    const catalogue = createCatalogue({ store: createMemoryStore(), signer: createSigner('one') });
    await catalogue.lock(kubelet);
    const view = await catalogue.read();
    assert.deepEqual(view.entries, [kubelet]);
    const { upstream: _, ...record } = kubelet;
    assert.deepEqual(view.lookup('kubelet', '1.37.2', 'x64'), record);
  });

  it('names what it does not have', async () => {
    const catalogue = createCatalogue({ store: createMemoryStore(), signer: createSigner('one') });
    await catalogue.lock(kubelet);
    const view = await catalogue.read();
    for (const [name, version, architecture] of [
      ['kubectl', '1.37.2', 'x64'],
      ['kubelet', '1.36.3', 'x64'],
      ['kubelet', '1.37.2', 'arm64'],
    ] as const) {
      const message = new RegExp(`${name} ${version} ${architecture}`);
      assert.throws(() => view.lookup(name, version, architecture), { code: 'ARTIFACT_UNKNOWN', message });
    }
  });

  it('is locked: other bytes take a name over only when that is asked for', async () => {
    const catalogue = createCatalogue({ store: createMemoryStore(), signer: createSigner('one') });
    await catalogue.lock(kubelet);
    await assert.rejects(catalogue.lock(other), { code: 'CONFLICT', hint: /--replace/ });
    await catalogue.lock(other, { replace: true });
    assert.equal((await catalogue.read()).lookup('kubelet', '1.37.2', 'x64').sha256, other.sha256);
  });

  it('does not write the same entry twice', async () => {
    const store = createMemoryStore();
    const catalogue = createCatalogue({ store, signer: createSigner('one') });
    await catalogue.lock(kubelet);
    const before = await store.get(KEY);
    await catalogue.lock(kubelet);
    assert.deepEqual(await store.get(KEY), before);
  });

  it('lets one of two writers win', async () => {
    const store = createMemoryStore();
    const catalogue = createCatalogue({ store, signer: createSigner('one') });
    const results = await Promise.allSettled([catalogue.lock(kubelet), catalogue.lock(other)]);
    assert.equal(results.filter((result) => result.status === 'fulfilled').length, 1);
  });
});

describe("the catalogue's signatures", () => {
  it('keep an entry from being used that somebody changed, moved or signed', async () => {
    const store = createMemoryStore();
    const catalogue = createCatalogue({ store, signer: createSigner('one') });
    await catalogue.lock(kubelet);
    const honest = (await store.get(KEY))?.value;
    assert.ok(typeof honest === 'object' && honest !== null && !Array.isArray(honest));
    const foreign = createSigner('one');
    const forged = { entry: other, signature: Buffer.from(await foreign.sign(bytesToSign(other))).toString('base64') };
    const moved = '/artifacts/kubelet/9.9.9/x64';
    for (const [key, value] of [
      [KEY, { ...honest, entry: other }],
      [KEY, { ...honest, ...forged }],
      [KEY, 'nonsense'],
      [moved, honest],
    ] as const) {
      await store.transact({ compare: [], put: [{ key, value }] });
      const [, , name = '', version = ''] = key.split('/');
      const view = await catalogue.read();
      assert.throws(() => view.lookup(name, version, 'x64'), { code: 'ARTIFACT_CORRUPT' });
    }
    assert.deepEqual((await catalogue.read()).entries, []);
    await assert.rejects(catalogue.lock(kubelet), { code: 'CONFLICT' });
    await catalogue.lock(kubelet, { replace: true });
    assert.equal((await catalogue.read()).lookup('kubelet', '1.37.2', 'x64').size, 42);
  });

  it('cover every field', () => {
    const text = fc.string({ minLength: 1, maxLength: 8 });
    const entry = fc.record({
      name: text,
      version: text,
      architecture: fc.constantFrom('x64', 'arm64'),
      sha256: text,
      size: fc.nat(),
      upstream: text,
    });
    fc.assert(
      fc.property(entry, entry, (one, two) => {
        const isSame = Buffer.from(bytesToSign(one)).equals(bytesToSign(two));
        assert.equal(isSame, JSON.stringify(one) === JSON.stringify(two));
      }),
    );
  });
});
