import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import type { EnrolTransport } from '../../agent/enrol.ts';
import { createFakeHost } from '../../agent/host/fake/host.ts';
import { createIdentityStore, type Identity } from '../../agent/identity.ts';
import { runRenewal } from '../../agent/renewal.ts';
import { returnAsNode } from '../../agent/return.ts';
import type { Peer } from '../../coordinator/enrolment.ts';
import { VentError } from '../../shared/errors.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { encodePrivateKey, generateKey, keyIdOf, spkiOf } from '../../shared/identity/keys.ts';
import { createWorld, enrol, makeDevice, peer, prepareAttempt, type World } from '../coordinator/enrolment/world.ts';

const DAY = 24 * 3_600_000;
const ADDRESSES = ['198.51.100.1:7443'];

function connectTo(world: World, from: Peer = peer, lose: () => boolean = () => false): () => EnrolTransport {
  return () => ({
    begin: (request) => world.enrolment.begin(request, from),
    finish: (request) => world.enrolment.finish(request, from),
    beginReturn: (request) => world.enrolment.beginReturn(request, from),
    async finishReturn(request) {
      const chain = await world.enrolment.finishReturn(request, from);
      if (lose()) throw new VentError('UNAVAILABLE', 'cannot reach the coordinator', { retry: 'backoff' });
      return chain;
    },
    serverSpki: () => from.serverSpki,
    close() {},
  });
}

/** A machine that enrolled and was then off for a month. */
async function setUp() {
  const world = await createWorld();
  const attempt = await prepareAttempt(world);
  const { trust: _, certificateChain: chain, ...told } = await enrol(world, attempt);
  const identity: Identity = { ...told, chain, key: encodePrivateKey(attempt.key) };
  await world.clock.advance(30 * DAY);
  const ask = async (
    parts: { from?: Peer; lose?: () => boolean; identity?: Identity; key?: typeof attempt.key } = {},
  ) =>
    await returnAsNode(
      { addresses: ADDRESSES, connect: connectTo(world, parts.from, parts.lose), clock: world.clock },
      parts.identity ?? identity,
      parts.key ?? (await generateKey()),
    );
  return { world, identity, ask };
}

describe('a machine that was off for longer than its certificate lasted', () => {
  it('comes back by itself as the node it was, with a new key, and is in the audit trail', async () => {
    const { world, identity } = await setUp();
    const store = createIdentityStore(createFakeHost().files);
    await store.save(identity);
    const renewed = Promise.withResolvers<Identity>();
    const ending = new AbortController();
    const connect = connectTo(world);
    const running = runRenewal(
      {
        identity: store,
        renew: async () => assert.fail('its connection cannot be opened'),
        comeBack: (present, key) => returnAsNode({ addresses: ADDRESSES, connect, clock: world.clock }, present, key),
        onRenewed: renewed.resolve,
        clock: world.clock,
        random: () => 0.5,
        log: silentLog,
      },
      ending.signal,
    );
    await world.clock.advance(1000);
    const leaf = new X509Certificate((await renewed.promise).chain);
    assert.equal(leaf.subject, `CN=${identity.nodeId}`);
    assert.ok(Date.parse(leaf.validTo) > world.clock.now());
    const row = (await world.nodes.get(identity.nodeId))?.value;
    assert.deepEqual([row?.spki, row?.certificate], [keyIdOf(spkiOf(leaf.publicKey)), leaf.serialNumber]);
    assert.equal((await world.audit.list()).at(-1)?.action, 'return');
    ending.abort();
    await running;
  });

  it('asks again with the same key after a lost answer', async () => {
    const { ask } = await setUp();
    const key = await generateKey();
    await assert.rejects(ask({ key, lose: () => true }), { code: 'UNAVAILABLE' });
    assert.ok(
      new X509Certificate(await ask({ key })).publicKey.equals(new X509Certificate(await ask({ key })).publicKey),
    );
  });

  it('is refused with a key that is older than the newest one', async () => {
    const { ask } = await setUp();
    await ask();
    await assert.rejects(ask(), { code: 'DEVICE_REFUSED', message: /not the one it was known by last/ });
  });

  it('is refused when it is banned, or no node any more', async () => {
    const { world, identity, ask } = await setUp();
    await world.nodes.update(identity.nodeId, (row) => (row === undefined ? undefined : { ...row, banned: true }));
    await assert.rejects(ask(), { code: 'DEVICE_REFUSED', message: /banned/ });
    await world.nodes.remove(identity.nodeId);
    await assert.rejects(ask(), { code: 'DEVICE_REFUSED', message: /no such node/ });
  });

  it('needs no word of the provider, unless its address is another one', async () => {
    const { world, ask } = await setUp();
    const moved: Peer = { ...peer, address: '10.0.0.77' };
    world.faults.provider = new VentError('PROVIDER_FAILED', 'cannot ask the provider');
    await assert.rejects(ask({ from: moved }), { code: 'PROVIDER_FAILED' });
    await ask();
  });

  it('is let in from another address that the provider gives it, and from no other', async () => {
    const { world, ask } = await setUp();
    const moved: Peer = { ...peer, address: '10.0.0.77' };
    await assert.rejects(ask({ from: moved }), { code: 'DEVICE_REFUSED', message: /none of its addresses/ });
    const device = makeDevice('d1', world.clock.now());
    world.devices.set('d1', {
      ...device,
      addresses: device.addresses.map((one) => (one.address === peer.address ? { ...one, address: '10.0.0.77' } : one)),
    });
    await ask({ from: moved });
  });

  it('is refused through a coordinator in the middle, whose certificate it saw instead', async () => {
    const { world, identity } = await setUp();
    const connect = (): EnrolTransport => ({ ...connectTo(world)(), serverSpki: () => new Uint8Array(91) });
    const asking = returnAsNode({ addresses: ADDRESSES, connect, clock: world.clock }, identity, await generateKey());
    await assert.rejects(asking, { code: 'DEVICE_REFUSED', message: /does not prove its keys/ });
  });
});
