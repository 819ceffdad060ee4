import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { createClusterSecrets, SECRET_NAMES } from '../../coordinator/secrets.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createSealer } from '../../coordinator/store/sealer.ts';
import { VentError } from '../../shared/errors.ts';

const sealer = createSealer(Buffer.alloc(32, 3));

describe("the cluster's secrets", () => {
  it('are the same after a restart and when two starts make them at once', async () => {
    const store = createMemoryStore();
    const both = await Promise.all([createClusterSecrets(store, sealer), createClusterSecrets(store, sealer)]);
    const all = [...both, await createClusterSecrets(store, sealer)];
    for (const name of SECRET_NAMES) {
      const values = await Promise.all(all.map((secrets) => secrets.value(name, secrets.version(name))));
      assert.equal(new Set(values.map(String)).size, 1);
    }
  });

  it('fit each other and are what the API server reads', async () => {
    const store = createMemoryStore();
    const secrets = await createClusterSecrets(store, sealer);
    const privateKey = createPrivateKey(String(await secrets.value('service-account-key', 1)));
    const publicKey = createPublicKey(String(await secrets.value('service-account-public-key', 1)));
    const signature = sign('sha256', Buffer.from('token'), privateKey);
    assert.ok(verify('sha256', Buffer.from('token'), publicKey, signature));
    const config = parse(String(await secrets.value('encryption-config', 1)));
    const [first, last] = config.resources[0].providers;
    assert.equal(Buffer.from(first.secretbox.keys[0].secret, 'base64').length, 32);
    assert.deepEqual(last, { identity: {} });
    const kept = JSON.stringify((await store.list('/')).entries);
    assert.ok(!kept.includes('PRIVATE KEY') && !kept.includes(first.secretbox.keys[0].secret));
  });

  it('are not found by another name or version', async () => {
    const secrets = await createClusterSecrets(createMemoryStore(), sealer);
    const isMissing = (error: unknown) => error instanceof VentError && error.code === 'NOT_FOUND';
    assert.throws(() => secrets.version('other'), isMissing);
    await assert.rejects(secrets.value('encryption-config', 2), isMissing);
  });
});
