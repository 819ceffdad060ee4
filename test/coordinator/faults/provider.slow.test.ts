import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { listAt, PROJECT, textAt } from '../../scripts/lab/facility/bench.ts';
import { openWorld, specOf, type World } from './world.ts';

describe('a facility that fails', () => {
  let world: World;
  const names = async () => (await world.machines()).map((machine) => machine.name);
  /** Hostnames of what there is at the facility. */
  async function devices(): Promise<readonly string[]> {
    const { body } = await world.bench.call('GET', `/projects/${PROJECT.id}/devices?per_page=100`);
    return listAt(body, 'devices')
      .map((device) => textAt(device, 'hostname'))
      .toSorted();
  }

  before(async () => {
    world = await openWorld();
    await world.apply(specOf(world.bench.url, 1));
  });
  after(() => world.close());

  it('with 422: its words stand in status, and the next attempt makes the machine', async () => {
    await world.order('capacity', { count: 2 });
    assert.match((await world.provision()).join('\n'), /cannot create device control-1: /);
    await world.shows(/control-1 +requested .*cannot create device control-1: .*; vent provision tries again/);
    await world.shows(/workers-1 +requested .*cannot create device workers-1: /);
    assert.deepEqual(await devices(), []);
    assert.equal((await world.provision()).at(-1), 'every pool has its machines');
    assert.deepEqual(await devices(), ['control-1', 'workers-1']);
    await world.hides(/cannot create/);
  });

  it('with 500 and 429 while machines are ordered', async () => {
    await world.apply(specOf(world.bench.url, 3));
    await world.order('error', { path: '/projects/' });
    const [first] = await world.provision();
    assert.match(first ?? '', /cannot create device workers-2: Oh snap/);
    await world.shows(/workers-2 +requested .*cannot create device workers-2: Oh snap/);
    await world.order('rate-limit', { path: '/projects/', count: 1 });
    await world.provision();
    await world.provision();
    assert.deepEqual(await devices(), ['control-1', 'workers-1', 'workers-2', 'workers-3']);
    assert.deepEqual(await names(), ['control-1', 'workers-1', 'workers-2', 'workers-3']);
    await world.hides(/cannot/);
  });

  it('by losing its answer: the device is found by its tag, by itself', async () => {
    await world.apply(specOf(world.bench.url, 4));
    await world.order('lost-answer');
    const [first] = await world.provision();
    assert.match(first ?? '', /cannot reach the provider/);
    await world.shows(/workers-4 +(provisioning|booting)/);
    assert.deepEqual(await world.provision(), ['every pool has its machines']);
    assert.equal((await devices()).filter((name) => name === 'workers-4').length, 1);
    const enrolled = await world.enrol(await world.credentialsOf('workers-4'));
    assert.equal(enrolled.nodeName, 'workers-4');
  });

  it('by answering nothing but 500 while it is asked what became of machines', async () => {
    await world.order('error', { count: 1_000_000 });
    await world.shows(/workers-1 .*cannot look up device .*Oh snap/);
    await world.clearFaults();
    await world.hides(/Oh snap/);
  });

  it('by leaving a device queued: it can be given up and is made anew', async () => {
    await world.apply(specOf(world.bench.url, 5));
    await world.order('queued');
    await world.provision();
    await world.shows(/workers-5 +provisioning .*the facility says queued/);
    await world.operator.call((methods) => methods.Deprovision, { machine: 'workers-5' });
    await world.provision();
    await world.shows(/workers-5 +booting/);
    assert.equal((await names()).filter((name) => name === 'workers-5').length, 1);
  });

  it('by taking a machine away that has not enrolled', async () => {
    const { deviceId } = await world.credentialsOf('workers-5');
    await world.bench.call('DELETE', `/devices/${deviceId}`);
    await world.shows(/workers-5 +gone .*vent deprovision workers-5/);
    await world.operator.call((methods) => methods.Deprovision, { machine: 'workers-5' });
    await world.provision();
    await world.shows(/workers-5 +booting/);
  });

  it('while the coordinator is killed: nothing is lost and nothing is made twice', async () => {
    await world.apply(specOf(world.bench.url, 6));
    await world.order('lost-answer');
    // Ordered before there is a device, so that none is found before the coordinator is killed.
    await world.order('error', { path: 'GET /projects/', count: 1_000_000 });
    await world.provision();
    await world.restart();
    await world.shows(/workers-6 .*cannot list devices: Oh snap/);
    assert.match((await world.provision()).join('\n'), /cannot list devices: Oh snap.*; vent provision tries again/);
    await world.clearFaults();
    await world.shows(/workers-6 +(provisioning|booting)/);
    assert.deepEqual(await world.provision(), ['every pool has its machines']);
    const wanted = ['control-1', ...[1, 2, 3, 4, 5, 6].map((number) => `workers-${number}`)];
    assert.deepEqual([await names(), await devices()], [wanted, wanted]);
  });

  it('and two operators who provision at once make no machine twice', async () => {
    await world.apply(specOf(world.bench.url, 9));
    await Promise.all([world.provision(), world.provision(), world.provision()]);
    assert.equal((await devices()).length, 10);
  });
});
