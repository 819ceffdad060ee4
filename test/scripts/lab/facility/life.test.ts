import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Bench } from './bench.ts';
import { at, listAt, openBench, textAt, until } from './bench.ts';

const addressOf = async (bench: Bench, id: string, index = 0): Promise<string> =>
  textAt((await bench.call('GET', `/devices/${id}`)).body, 'ip_addresses', index, 'address');

describe('a device whose machine phones home', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench();
  });
  afterEach(() => bench.stop());

  it('begins as queued, and its machine reads the userdata it was made with', async () => {
    const id = await bench.order();
    await bench.reach(id, 'queued');
    await bench.reach(id, 'active');
    assert.equal(bench.machines.machines.get(id)?.userdata, '#!/bin/sh\necho hello\n');
  });

  it('has gone through the steps of provisioning in order', async () => {
    const id = await bench.order();
    await bench.reach(id, 'active');
    const events = listAt((await bench.call('GET', `/devices/${id}/events?per_page=50`)).body, 'events');
    const steps = events.map((event) => textAt(event, 'type')).filter((type) => /^provisioning\.10/.test(type));
    assert.deepEqual(
      steps.toReversed(),
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `provisioning.10${n}`),
    );
  });

  it('is switched off, on and rebooted', async () => {
    const id = await bench.order();
    await bench.reach(id, 'active');
    const act = (type: string) => bench.call('POST', `/devices/${id}/actions`, { type });
    const off = await act('power_off');
    assert.deepEqual([off.status, off.text], [202, 'null\n']);
    await bench.reach(id, 'inactive');
    assert.equal(bench.machines.machines.get(id)?.power, 'off');
    assert.equal((await act('reboot')).status, 422);
    await act('power_on');
    await bench.reach(id, 'active');
    await act('reboot');
    await until(bench.clock, 'rebooted', () => bench.machines.machines.get(id)?.boots === 3);
  });

  it('is installed anew by reinstall, and active by a new phone-home', async () => {
    const id = await bench.order();
    await bench.reach(id, 'active');
    await bench.call('PUT', `/devices/${id}`, { userdata: '#!/bin/sh\necho again\n' });
    await bench.call('POST', `/devices/${id}/actions`, { type: 'reinstall' });
    await until(bench.clock, 'read again', () => bench.machines.machines.get(id)?.userdata?.includes('again') === true);
    await bench.reach(id, 'active');
  });

  it('is gone after it was deleted, and its machine with it', async () => {
    const id = await bench.order();
    await bench.reach(id, 'active');
    const answer = await bench.call('DELETE', `/devices/${id}`, { force_delete: true });
    assert.deepEqual([answer.status, answer.text], [204, '']);
    await bench.reach(id, 'gone');
    assert.equal(bench.machines.machines.size, 0);
    assert.equal((await bench.call('DELETE', `/devices/${id}`)).status, 404);
  });

  it('fails with the reason when its machine cannot be started, and can then be deleted', async () => {
    bench.machines.breakNext('no space left for its disk');
    const id = await bench.order();
    await bench.reach(id, 'failed');
    const { body } = await bench.call('GET', `/devices/${id}`);
    const happened = listAt(body, 'provisioning_events').filter((event) => at(event, 'created_at') !== null);
    assert.equal(at(happened.at(-1), 'body'), 'no space left for its disk');
    await bench.call('DELETE', `/devices/${id}`);
    await bench.reach(id, 'gone');
  });

  it('cannot be deleted, or acted on, while it is locked', async () => {
    const id = await bench.order({ locked: true });
    await bench.reach(id, 'active');
    assert.equal((await bench.call('DELETE', `/devices/${id}`)).status, 422);
    assert.equal((await bench.call('POST', `/devices/${id}/actions`, { type: 'reboot' })).status, 422);
    assert.equal((await bench.call('PATCH', `/devices/${id}`, { locked: false })).status, 200);
    assert.equal((await bench.call('DELETE', `/devices/${id}`)).status, 204);
  });
});

describe('a device whose machine says nothing', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await openBench(false);
  });
  afterEach(() => bench.stop());

  const started = async (columns?: Readonly<Record<string, unknown>>): Promise<string> => {
    const id = await bench.order(columns);
    await until(bench.clock, 'started', () => bench.machines.machines.has(id));
    return id;
  };

  it('stays provisioning, and cannot be deleted so long', async () => {
    const id = await started();
    await bench.clock.advance(60_000);
    await bench.reach(id, 'provisioning');
    const answer = await bench.call('DELETE', `/devices/${id}`);
    assert.deepEqual(answer.body, { errors: ['Cannot delete a device while it is provisioning'] });
    assert.equal(answer.status, 422);
  });

  it('fails in the end', async () => {
    const id = await started();
    await bench.reach(id, 'provisioning');
    await until(bench.clock, 'the limit is watched', () => bench.clock.waiting() === 1);
    await bench.clock.advance(20 * 60_000);
    await bench.reach(id, 'failed');
  });

  for (const [form, method, type, body] of [
    ['cloud-init', 'POST', 'application/x-www-form-urlencoded', 'instance_id='],
    ['the installer', 'PUT', 'application/json', '{"instance_id":"ID"}'],
    ['Afterburn', 'POST', 'text/plain', undefined],
  ] as const) {
    it(`becomes active by the phone-home of ${form}, from its own address only`, async () => {
      const id = await started();
      const other = await started({ hostname: 'n2' });
      const sent = body === undefined ? '' : body.endsWith('=') ? `${body}${id}` : body.replace('ID', id);
      const address = await addressOf(bench, id);
      if (sent !== '')
        assert.equal((await bench.from(await addressOf(bench, other), method, '/phone-home', sent, type)).status, 404);
      assert.equal((await bench.from('127.0.0.1', method, '/phone-home', sent, type)).status, 404);
      await bench.reach(id, 'provisioning');
      assert.equal((await bench.from(address, method, '/phone-home', sent, type)).status, 200);
      await bench.reach(id, 'active');
      await bench.reach(other, 'provisioning');
    });
  }

  it('fails when its installer says so, with the reason', async () => {
    const id = await started();
    await bench.from(await addressOf(bench, id), 'PUT', '/phone-home', '{"type":"failure","reason":"disk is broken"}');
    await bench.reach(id, 'failed');
  });

  it('reports how its user works', async () => {
    const id = await started();
    const address = await addressOf(bench, id, 2);
    const say = (code: number) =>
      bench.from(address, 'POST', '/events', JSON.stringify({ state: 'running', code, message: 'enrolling' }));
    assert.equal((await say(1010)).status, 201);
    assert.equal((await say(2000)).status, 422);
    const events = listAt((await bench.call('GET', `/devices/${id}/events`)).body, 'events');
    assert.deepEqual(
      [at(events, 0, 'type'), at(events, 0, 'state'), at(events, 0, 'body'), at(events, 0, 'ip')],
      ['user.1010', 'running', 'enrolling', address],
    );
  });

  it('goes on where it was after the facility was ended', async () => {
    const id = await bench.order();
    await bench.restart();
    await until(bench.clock, 'started', () => bench.machines.machines.has(id));
    await bench.restart();
    await bench.from(await addressOf(bench, id), 'POST', '/phone-home');
    await bench.reach(id, 'active');
    await bench.restart();
    await bench.reach(id, 'active');
    assert.equal(bench.machines.machines.get(id)?.boots, 1);
  });
});
