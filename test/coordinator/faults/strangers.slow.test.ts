import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { isClusterReady } from '../../../coordinator/cli/status-screen.ts';
import type { MachineView } from '../../../shared/wire.ts';
import { isError, openWorld, specOf, type World } from './world.ts';

describe('a machine that the cluster does not know', () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await world.apply(specOf(world.bench.url, 2));
    await world.provision();
  });
  after(() => world.close());
  beforeEach(() => world.passSeconds(10));

  /** A machine that somebody booted with another one's userdata. */
  async function bootCopy(hostname: string): ReturnType<World['credentialsOf']> {
    const copied = await world.credentialsOf('workers-1');
    const id = await world.bench.order({ hostname, userdata: 'a copy' });
    return { ...copied, ...(await world.placeOf(id)) };
  }

  it('is refused the token that another has used, and stands in status under its device', async () => {
    assert.equal((await world.enrol(await world.credentialsOf('workers-1'))).nodeName, 'workers-1');
    const thief = await bootCopy('thief');
    await assert.rejects(world.enrol(thief), isError('TOKEN_REFUSED', /it was made for another device/));
    await world.shows(new RegExp(`${thief.deviceId} +enrolling .*no machine of this cluster, refused: cannot enrol`));
    await world.shows(/workers-1 +waiting/);
    await world.shows(/0 of 3 machines ready/);
  });

  it('does not keep the cluster from being ready', async () => {
    const ready = (await world.machines()).map(
      (machine): MachineView => (machine.pool === '' ? machine : { ...machine, state: 'ready' }),
    );
    assert.equal(ready.length, 4);
    assert.ok(isClusterReady(ready));
  });

  it('is refused as the machine that used its token, with another key', async () => {
    const right = await world.credentialsOf('workers-1');
    await assert.rejects(world.enrol(right), isError('TOKEN_REFUSED', /it is used up/));
    await world.shows(/workers-1 +waiting/);
  });

  it('is refused as a device of no project of ours', async () => {
    const request = { pool: 'workers', device_id: '', max_uses: 1, lifetime_seconds: 600 };
    const { token, secret } = await world.operator.call((methods) => methods.CreateToken, request);
    const place = await world.credentialsOf('workers-2');
    const foreign = { ...place, tokenId: token?.id ?? '', secret, deviceId: 'f0000000-foreign' };
    await assert.rejects(world.enrol(foreign), isError('DEVICE_REFUSED', /does not know it in this project/));
    await world.shows(/f0000000-foreign +enrolling .*the provider does not know it in this project/);
    assert.equal((await world.enrol(place)).nodeName, 'workers-2');
  });

  it('joins under a name of its own when its hostname is taken', async () => {
    const place = await bootCopy('workers-1');
    const request = { pool: 'workers', device_id: place.deviceId, max_uses: 1, lifetime_seconds: 600 };
    const { token, secret } = await world.operator.call((methods) => methods.CreateToken, request);
    const enrolled = await world.enrol({ ...place, tokenId: token?.id ?? '', secret });
    assert.equal(enrolled.nodeName, 'workers-1-2');
    await world.shows(/workers-1 +waiting/);
    await world.shows(/workers-1-2 +waiting/);
  });

  it('cannot put anything but its id on the screen', async () => {
    const place = await world.credentialsOf('workers-2');
    const rubbish = { ...place, address: '127.0.0.1', deviceId: 'x\u001b[2Jready' };
    await assert.rejects(world.enrol(rubbish), isError('INVALID_INPUT', /deviceId/));
    assert.doesNotMatch(await world.status(), /x.*2J|\u001b/);
  });
});

describe('a machine whose create call has not been answered', () => {
  it('is told to try again, and enrols once its device is known', async () => {
    const world = await openWorld();
    try {
      await world.apply(specOf(world.bench.url, 1));
      const request = { pool: 'workers', roles: ['worker' as const], actor: 'coordinator' };
      const { row, secret } = await world.state().tokens.reserve(request);
      await world.bench.order({ hostname: 'workers-1' });
      const machine = { ...(await world.placeOf('workers-1')), tokenId: row.id, secret };
      await assert.rejects(world.enrol(machine), isError('TOKEN_RESERVED', /its device is not known yet/));
      await world.shows(new RegExp(`${machine.deviceId} +enrolling .*its device is not known yet`));
      await world.state().tokens.bind(row.id, machine.deviceId);
      assert.equal((await world.enrol(machine)).nodeName, 'workers-1');
      await world.hides(/not known yet/);
    } finally {
      await world.close();
    }
  });
});
