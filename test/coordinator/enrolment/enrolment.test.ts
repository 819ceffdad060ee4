import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import { readHolder } from '../../../coordinator/authority/holders.ts';
import { VentError } from '../../../shared/errors.ts';
import { generateKey, keyIdOf, spkiOf } from '../../../shared/identity/keys.ts';
import {
  ADDRESS,
  CLUSTER_ID,
  createWorld,
  enrol,
  makeDevice,
  peer,
  prepareAttempt,
  prepareOpenAttempt,
} from './world.ts';

const isError =
  (code: string, words = /./) =>
  (error: unknown) => {
    assert.ok(error instanceof VentError, String(error));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, words);
    return true;
  };
const MINUTE = 60_000;

describe('a machine with a good token', () => {
  it('becomes a node with an identity that the coordinator alone worded', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    const answer = await enrol(world, attempt);
    const leaf = new X509Certificate(answer.certificateChain);
    assert.equal(leaf.subject, `CN=${answer.nodeId}`);
    assert.deepEqual(readHolder(leaf.raw, CLUSTER_ID), { type: 'node', id: answer.nodeId });
    assert.equal(Date.parse(leaf.validTo) - world.clock.now(), 7 * 24 * 60 * MINUTE);
    assert.deepEqual(answer.trust, world.authorities.trust());
    const row = (await world.nodes.get(answer.nodeId))?.value;
    assert.deepEqual(row, {
      id: answer.nodeId,
      name: 'worker',
      deviceId: 'd1',
      pool: 'workers',
      roles: ['worker'],
      providerId: 'packet://d1',
      privateAddress: { address: ADDRESS, prefix: 31, gateway: '10.0.0.2' },
      publicAddress: { address: '198.51.100.3', prefix: 31, gateway: '198.51.100.2' },
      spki: keyIdOf(spkiOf(attempt.key)),
      certificate: leaf.serialNumber,
      enrolledAt: new Date(world.clock.now()).toISOString(),
      tokenId: attempt.tokenId,
      documentGeneration: 0,
    });
    assert.equal((await world.tokens.get(attempt.tokenId))?.value.state, 'used');
    assert.equal((await world.audit.list()).at(-1)?.subject, `node:${answer.nodeId} token:${attempt.tokenId}`);
    assert.equal(await world.audit.verify(), undefined);
  });

  it('has the name again that it had before it was reset, unless somebody else has it', async () => {
    const world = await createWorld();
    const leftAt = new Date(world.clock.now()).toISOString();
    await world.places.put('alpha', { name: 'alpha', deviceId: 'd1', pool: 'workers', leftAt });
    const answer = await enrol(world, await prepareAttempt(world));
    assert.equal(answer.nodeName, 'alpha');
    world.devices.set('d2', { ...makeDevice('d1', world.clock.now()), id: 'd2' });
    await world.places.put('alpha', { name: 'alpha', deviceId: 'd2', pool: 'workers', leftAt });
    const other = await enrol(world, { ...(await prepareAttempt(world, 'd2')), deviceId: 'd2' });
    assert.equal(other.nodeName, 'worker');
  });

  it('gets the same certificate again for a quarter of an hour, and then not', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    const first = await enrol(world, attempt);
    await world.clock.advance(15 * MINUTE);
    assert.deepEqual(await enrol(world, attempt), first);
    await world.clock.advance(1);
    await assert.rejects(enrol(world, attempt), isError('TOKEN_REFUSED', /has used it before/));
    assert.equal((await world.nodes.list()).rows.length, 1);
  });

  it('gets a name of its own where host names repeat or fit no DNS label', async () => {
    const world = await createWorld();
    const hostnames = ['Worker_1.example.org', 'worker-1-example-org', 'worker-1-example-org', '__'];
    const names = [];
    for (const [index, hostname] of hostnames.entries()) {
      world.devices.set(`e${index}`, makeDevice(`e${index}`, world.clock.now(), { hostname }));
      names.push(
        (await enrol(world, { ...(await prepareAttempt(world, `e${index}`)), deviceId: `e${index}` })).nodeName,
      );
    }
    assert.deepEqual(names, ['worker-1-example-org', 'worker-1-example-org-2', 'worker-1-example-org-3', 'node']);
  });

  it('may enrol again once its node was removed', async () => {
    const world = await createWorld();
    const { nodeId } = await enrol(world, await prepareAttempt(world));
    const row = (await world.nodes.get(nodeId))?.value;
    assert.ok(row !== undefined);
    await world.store.transact({ compare: [], remove: world.nodes.keysOf(row) });
    const again = await enrol(world, await prepareAttempt(world));
    assert.notEqual(again.nodeId, nodeId);
    assert.equal(again.nodeName, 'worker');
  });

  it('renews with a new key under the same name', async () => {
    const world = await createWorld();
    const { nodeId } = await enrol(world, await prepareAttempt(world));
    const spki = spkiOf(await generateKey());
    const chain = await world.enrolment.renew(nodeId, spki);
    assert.deepEqual(readHolder(chain, CLUSTER_ID), { type: 'node', id: nodeId });
    assert.equal((await world.nodes.get(nodeId))?.value.spki, keyIdOf(spki));
    await assert.rejects(world.enrolment.renew(CLUSTER_ID, spki), isError('NOT_FOUND'));
  });
});

describe('a token that is shared', () => {
  it('lets each device in once, and no more devices than it has uses', async () => {
    const world = await createWorld();
    const { row, secret } = await world.tokens.create({
      pool: 'workers',
      roles: ['worker'],
      maxUses: 2,
      actor: 'operator:ada',
    });
    for (const id of ['e1', 'e2', 'e3']) world.devices.set(id, makeDevice(id, world.clock.now()));
    const attempt = async (deviceId: string) => ({ tokenId: row.id, secret, key: await generateKey(), deviceId });
    await enrol(world, await attempt('e1'));
    await assert.rejects(enrol(world, await attempt('e1')), isError('TOKEN_REFUSED', /used up/));
    await enrol(world, await attempt('e2'));
    await assert.rejects(enrol(world, await attempt('e3')), isError('TOKEN_REFUSED', /used up/));
    assert.equal((await world.tokens.get(row.id))?.value.state, 'used');
  });

  it('is not for devices that are older than it', async () => {
    const world = await createWorld();
    world.devices.set('old', makeDevice('old', world.clock.now() - 6 * MINUTE));
    world.devices.set('inventory', makeDevice('inventory', 0));
    const attempt = await prepareOpenAttempt(world);
    await assert.rejects(enrol(world, { ...attempt, deviceId: 'old' }), isError('DEVICE_REFUSED', /before its token/));
    await enrol(world, { ...attempt, deviceId: 'inventory' });
  });
});

describe('a token that was reserved', () => {
  it('says "try again" until its device is known, and is for that device only', async () => {
    const world = await createWorld();
    const { row, secret } = await world.tokens.reserve({ pool: 'workers', roles: ['worker'], actor: 'coordinator' });
    const attempt = { tokenId: row.id, secret, key: await generateKey() };
    await assert.rejects(enrol(world, attempt), (error) => {
      assert.ok(error instanceof VentError);
      assert.equal(error.retry, 'backoff');
      return isError('TOKEN_RESERVED')(error);
    });
    await world.tokens.bind(row.id, 'd1');
    world.devices.set('d2', makeDevice('d2', world.clock.now()));
    await assert.rejects(enrol(world, { ...attempt, deviceId: 'd2' }), isError('TOKEN_REFUSED', /another device/));
    assert.equal((await enrol(world, attempt)).nodeName, 'worker');
  });
});

describe('a token that was stolen', () => {
  it('is refused with another key, and raises an alarm', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    await enrol(world, attempt);
    const thief = { ...attempt, key: await generateKey() };
    await assert.rejects(enrol(world, thief), isError('TOKEN_REFUSED', /used up/));
    assert.match((await world.audit.list()).at(-1)?.result ?? '', /^alarm: /);
    assert.equal((await world.nodes.list()).rows.length, 1);
  });

  it('is refused from any address that is not one of the device, elastic ones included', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    for (const address of ['10.0.0.4', '203.0.113.9', '2001:db8::1'])
      await assert.rejects(
        enrol(world, { ...attempt, peer: { ...peer, address } }),
        isError('DEVICE_REFUSED', /none of its addresses/),
      );
    await enrol(world, { ...attempt, peer: { ...peer, address: `::ffff:${ADDRESS}` } });
  });

  it('is refused through a coordinator in the middle', async () => {
    const world = await createWorld();
    const attempt = await prepareAttempt(world);
    const seen = Buffer.from('the key of somebody in the middle');
    await assert.rejects(enrol(world, { ...attempt, seen }), isError('TOKEN_REFUSED', /proof does not fit/));
  });
});
