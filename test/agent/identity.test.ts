import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFakeHost, type FakeHost } from '../../agent/host/fake/host.ts';
import { createIdentityStore, type Identity } from '../../agent/identity.ts';
import { VentError } from '../../shared/errors.ts';
import { encodePrivateKey, keyIdOf, spkiOf } from '../../shared/identity/keys.ts';

const DIRECTORY = '/etc/vent/agent';

async function makeIdentity(host: FakeHost): Promise<Identity> {
  return {
    nodeId: 'b5a7c1de-0000-4000-8000-000000000002',
    nodeName: 'n1',
    clusterId: 'b5a7c1de-0000-4000-8000-000000000001',
    clusterName: 'demo',
    nodeAddress: '198.51.100.1:7444',
    artifactAddress: 'https://198.51.100.1:7446',
    key: encodePrivateKey(await createIdentityStore(host.files).nextKey()),
    chain: 'chain',
  };
}

describe('the next key', () => {
  it('is on the disk, for root only, before anybody can use it', async () => {
    const host = createFakeHost();
    const key = await createIdentityStore(host.files).nextKey();
    const file = host.tree.nodes.get(`${DIRECTORY}/next-key.pem`);
    assert.equal(new TextDecoder().decode(file?.content), encodePrivateKey(key));
    assert.equal(file?.attributes.mode, '0600');
    for (const path of ['/etc/vent', DIRECTORY]) assert.equal(host.tree.nodes.get(path)?.attributes.mode, '0700');
  });

  it('stays the same until an identity is saved with it, and is another one after', async () => {
    const host = createFakeHost();
    const nameOf = async () => keyIdOf(spkiOf(await createIdentityStore(host.files).nextKey()));
    const first = await nameOf();
    assert.equal(await nameOf(), first);
    await createIdentityStore(host.files).save(await makeIdentity(host));
    assert.notEqual(await nameOf(), first);
  });

  it('is another one even when the agent was killed right after the identity was written', async () => {
    const host = createFakeHost();
    const identity = await makeIdentity(host);
    const before = host.writes();
    // The directories, the file; the removal of the old key is never reached.
    host.faults.crashAfter(before + 3);
    await assert.rejects(createIdentityStore(host.files).save(identity));
    host.faults.revive();
    const store = createIdentityStore(host.files);
    assert.deepEqual(await store.load(), identity);
    assert.notEqual(encodePrivateKey(await store.nextKey()), identity.key);
  });
});

describe('the identity', () => {
  it('is whole or not there, wherever the agent is killed', async () => {
    for (let writes = 0; writes < 4; writes += 1) {
      const host = createFakeHost();
      const identity = await makeIdentity(host);
      host.faults.crashAfter(host.writes() + writes);
      await assert.rejects(createIdentityStore(host.files).save(identity));
      host.faults.revive();
      const loaded = await createIdentityStore(host.files).load();
      assert.deepEqual(loaded, writes < 3 ? undefined : identity);
    }
  });

  it('is refused when it is damaged, and not repeated in words', async () => {
    const host = createFakeHost();
    host.tree.putFile(`${DIRECTORY}/identity.json`, '{"key": "canary"');
    await assert.rejects(createIdentityStore(host.files).load(), (error) => {
      assert.ok(error instanceof VentError);
      assert.equal(error.code, 'INVALID_INPUT');
      assert.doesNotMatch(`${error.message} ${String(error.cause)}`, /canary/);
      return true;
    });
  });
});

describe('what the machine was told', () => {
  it('is read, and asked for where it is missing', async () => {
    const host = createFakeHost();
    const store = createIdentityStore(host.files);
    await assert.rejects(store.config(), (error) => error instanceof VentError && error.code === 'NOT_FOUND');
    const config = { enrol: ['198.51.100.1:7443'], roots: 'pem', tokenId: 'a', secret: 'b', deviceId: 'd1' };
    host.tree.putFile(`${DIRECTORY}/config.json`, JSON.stringify(config));
    assert.deepEqual(await store.config(), config);
  });

  it('may change whom it trusts', async () => {
    const host = createFakeHost();
    const store = createIdentityStore(host.files);
    assert.equal(await store.trust(), undefined);
    const trust = { vent: 'a', document_signing: 'b', authorities: { etcd: 'c' } };
    await store.saveTrust(trust);
    assert.deepEqual(await store.trust(), trust);
  });
});
