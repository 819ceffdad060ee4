import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createFakeHost } from '../../agent/host/fake/host.ts';
import { createDocumentStore } from '../../agent/store.ts';

const signed = (generation: number) => ({
  payload: new TextEncoder().encode(`{"generation":${generation}}\n\nkey-id: x\n`),
  signature: Uint8Array.of(1, 2, generation),
  keyId: 'ab12',
});

describe('the store of documents', () => {
  it('has nothing before the first document', async () => {
    const store = createDocumentStore(createFakeHost().files);
    assert.equal(await store.load(), undefined);
    assert.equal(await store.floor(), undefined);
  });

  it('gives back the bytes as they came (property)', async () => {
    const store = createDocumentStore(createFakeHost().files);
    const bytes = fc.uint8Array({ maxLength: 400 });
    await fc.assert(
      fc.asyncProperty(bytes, fc.uint8Array({ minLength: 64, maxLength: 64 }), async (payload, signature) => {
        const keyId = 'f0'.repeat(32);
        await store.save({ payload, signature, keyId }, { epoch: 1, generation: 1 });
        const loaded = await store.load();
        assert.deepEqual(new Uint8Array(loaded?.payload ?? []), payload);
        assert.deepEqual(new Uint8Array(loaded?.signature ?? []), signature);
        assert.equal(loaded?.keyId, keyId);
      }),
    );
  });

  it('keeps the payload readable on disk, for root only', async () => {
    const host = createFakeHost();
    await createDocumentStore(host.files).save(signed(1), { epoch: 1, generation: 1 });
    const text = new TextDecoder().decode(await host.files.read('/var/lib/vent/document'));
    assert.ok(text.includes('\n\n{"generation":1}'));
    assert.equal((await host.files.stat('/var/lib/vent'))?.mode, '0700');
    assert.equal((await host.files.stat('/var/lib/vent/document'))?.mode, '0600');
  });

  it('never has a floor below its document, wherever the agent is killed', async () => {
    for (let k = 0; k <= 3; k += 1) {
      const host = createFakeHost();
      const store = createDocumentStore(host.files);
      await store.save(signed(1), { epoch: 1, generation: 1 });
      host.faults.revive();
      host.faults.crashAfter(k);
      await store.save(signed(2), { epoch: 1, generation: 2 }).catch(() => undefined);
      host.faults.revive();
      const floor = await store.floor();
      const loaded = await store.load();
      assert.ok(loaded !== undefined, 'one document is always whole');
      const [, , generation] = loaded.signature;
      assert.ok((floor?.generation ?? 0) >= (generation ?? 0));
    }
  });

  it('takes damaged files for none', async () => {
    const host = createFakeHost();
    host.tree.putFile('/var/lib/vent/document', 'key-id: zz');
    host.tree.putFile('/var/lib/vent/floor.json', '{"epoch":0}');
    const store = createDocumentStore(host.files);
    assert.equal(await store.load(), undefined);
    assert.equal(await store.floor(), undefined);
  });
});
