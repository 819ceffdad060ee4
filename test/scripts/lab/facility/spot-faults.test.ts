import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Bench } from './bench.ts';
import { at, listAt, ORDER, openBench, PROJECT, textAt, until } from './bench.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await openBench();
});
afterEach(() => bench.stop());

const SPOT = { spot_instance: true, spot_price_max: 0.3 };
const PLACE = { facility: 'ewr1', plan: 'c2.medium.x86' };

describe('a spot device', () => {
  const orderActive = async (): Promise<string> => {
    const id = await bench.order(SPOT);
    await bench.reach(id, 'active');
    return id;
  };
  const metadata = async (id: string, path: string) => {
    const address = textAt((await bench.call('GET', `/devices/${id}`)).body, 'ip_addresses', 0, 'address');
    return bench.from(address, 'GET', path);
  };

  it('is refused below the market price, and without a bid', async () => {
    for (const columns of [{ ...SPOT, spot_price_max: 0.1 }, { spot_instance: true }]) {
      const answer = await bench.call('POST', `/projects/${PROJECT.id}/devices`, { ...ORDER, ...columns });
      assert.equal(answer.status, 422);
    }
  });

  it('is given 120 s of notice when it is outbid, then taken away', async () => {
    const id = await orderActive();
    const path = '/2009-04-04/meta-data/spot/termination-time';
    assert.deepEqual(at(JSON.parse((await metadata(id, '/metadata')).text), 'spot'), {});
    assert.deepEqual([(await metadata(id, path)).status, (await metadata(id, path)).text], [200, '']);
    assert.equal((await bench.call('POST', '/lab/prices', { ...PLACE, price: 0.31 })).status, 204);
    const time = textAt((await bench.call('GET', `/devices/${id}`)).body, 'termination_time');
    assert.equal(Date.parse(time), bench.clock.now() + 120_000);
    assert.equal((await metadata(id, path)).text, time);
    assert.equal(at(JSON.parse((await metadata(id, '/metadata')).text), 'spot', 'termination_time'), time);
    await bench.clock.advance(119_000);
    await bench.reach(id, 'active');
    await bench.clock.advance(1000);
    await bench.reach(id, 'gone');
  });

  it('stays when it is made an on-demand one within the notice', async () => {
    const id = await orderActive();
    await bench.call('POST', `/lab/devices/${id}/spot-termination`);
    const { body } = await bench.call('PUT', `/devices/${id}`, { spot_instance: false });
    assert.deepEqual([at(body, 'spot_instance'), at(body, 'termination_time')], [false, undefined]);
    await bench.clock.advance(600_000);
    await bench.reach(id, 'active');
  });

  it('is taken away also when the facility was ended within the notice', async () => {
    const id = await orderActive();
    await bench.call('POST', `/lab/devices/${id}/spot-termination`);
    await bench.restart();
    await bench.clock.advance(120_000);
    await bench.reach(id, 'gone');
  });

  it('leaves the prices in the history', async () => {
    await bench.call('POST', '/lab/prices', { ...PLACE, price: 0.5 });
    const { body } = await bench.call('GET', '/market/spot/prices/history?facility=ewr1&plan=c2.medium.x86&from=0');
    assert.deepEqual(listAt(body, 'prices_history', 'datapoints'), [[0.5, bench.clock.now() / 1000]]);
  });

  it('comes of a waiting request once the price has fallen', async () => {
    await bench.call('POST', '/lab/prices', { ...PLACE, price: 0.5 });
    const { body } = await bench.call('POST', `/projects/${PROJECT.id}/spot-market-requests`, {
      ...{ devices_min: 1, devices_max: 1, max_bid_price: 0.3, metro: 'ny' },
      instance_parameters: { plan: 'c2.medium.x86', operating_system: 'debian_12' },
    });
    assert.deepEqual(at(body, 'devices'), []);
    await bench.call('POST', '/lab/prices', { ...PLACE, price: 0.25 });
    const filled = (await bench.call('GET', `/spot-market-requests/${textAt(body, 'id')}`)).body;
    assert.equal(listAt(filled, 'devices').length, 1);
  });
});

describe('a fault that was ordered', () => {
  const fault = (columns: object) => bench.call('POST', '/lab/faults', columns);
  const create = () => bench.call('POST', `/projects/${PROJECT.id}/devices`, ORDER);

  it('strikes as often as it was ordered, only where it was ordered, and outlives the facility', async () => {
    await fault({ kind: 'error', count: 2, path: '/plans' });
    assert.equal((await bench.call('GET', '/facilities')).status, 200);
    const first = await bench.call('GET', '/plans');
    assert.equal(first.status, 500);
    assert.match(textAt(first.body, 'errors', 0), /^Oh snap/);
    await bench.restart();
    assert.equal((await bench.call('GET', '/plans')).status, 500);
    assert.equal((await bench.call('GET', '/plans')).status, 200);
  });

  it('rate-limit says when to come again', async () => {
    await fault({ kind: 'rate-limit' });
    const { status, headers } = await bench.call('GET', '/plans');
    assert.equal(status, 429);
    assert.equal(headers['x-ratelimit-remaining'], '0');
    assert.ok(Number(headers['x-ratelimit-reset']) > bench.clock.now() / 1000);
    assert.ok(Number(headers['x-ratelimit-limit']) > 0);
  });

  it('capacity refuses, and makes nothing', async () => {
    await fault({ kind: 'capacity' });
    assert.equal((await create()).status, 422);
    assert.equal(at((await bench.call('GET', `/projects/${PROJECT.id}/devices`)).body, 'meta', 'total'), 0);
  });

  it('queued keeps a device where it is, but lets it be deleted', async () => {
    await fault({ kind: 'queued' });
    const id = await bench.order();
    const other = await bench.order();
    await bench.reach(other, 'active');
    await bench.clock.advance(3_600_000);
    await bench.reach(id, 'queued');
    assert.equal((await bench.call('DELETE', `/devices/${id}`)).status, 204);
    await bench.reach(id, 'gone');
  });

  it('early-active calls a device active before its machine has started', async () => {
    await fault({ kind: 'early-active' });
    const id = await bench.order();
    await until(bench.clock, 'active', async () => {
      const { body } = await bench.call('GET', `/devices/${id}`);
      if (at(body, 'state') !== 'active') return false;
      assert.equal(bench.machines.machines.get(id)?.userdata, undefined);
      return true;
    });
    await until(bench.clock, 'started at last', () => bench.machines.machines.get(id)?.userdata !== undefined);
    await bench.reach(id, 'active');
  });

  it('lost-answer makes the device and cuts the connection', async () => {
    await fault({ kind: 'lost-answer' });
    await assert.rejects(create(), { code: 'ECONNRESET' });
    assert.equal(at((await bench.call('GET', `/projects/${PROJECT.id}/devices`)).body, 'meta', 'total'), 1);
  });

  it('is listed until it has struck, and can be taken back', async () => {
    await fault({ kind: 'error' });
    assert.equal(listAt((await bench.call('GET', '/lab/faults')).body, 'faults').length, 1);
    await bench.call('DELETE', '/lab/faults');
    assert.equal((await bench.call('GET', '/plans')).status, 200);
  });
});
