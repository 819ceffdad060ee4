import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Bench } from './bench.ts';
import { at, listAt, openBench, PROJECT, textAt } from './bench.ts';

describe('elastic addresses', () => {
  let bench: Bench;
  before(async () => {
    bench = await openBench(false);
  });
  after(() => bench.stop());

  const reserve = (quantity: number) =>
    bench.call('POST', `/projects/${PROJECT.id}/ips`, { type: 'public_ipv4', quantity, metro: 'ny', tags: ['vip'] });

  it('are reserved in blocks that begin where they may, and run out', async () => {
    const taken = [await reserve(1), await reserve(4), await reserve(2)].map(({ body }) => [
      at(body, 'network'),
      at(body, 'cidr'),
    ]);
    assert.deepEqual(taken, [
      ['127.79.0.0', 32],
      ['127.79.0.4', 30],
      ['127.79.0.2', 31],
    ]);
    assert.equal((await reserve(2)).status, 422);
    assert.equal((await reserve(3)).status, 422);
    const { body } = await bench.call('GET', `/projects/${PROJECT.id}/ips?types=public_ipv4`);
    assert.equal(listAt(body, 'ip_addresses').length, 3);
    assert.deepEqual(at((await bench.call('GET', `/projects/${PROJECT.id}/ips?types=vrf`)).body, 'ip_addresses'), []);
  });

  it('are assigned to one device at a time, and given back', async () => {
    const [device, other] = [await bench.order(), await bench.order({ hostname: 'n2' })];
    const list = (await bench.call('GET', `/projects/${PROJECT.id}/ips`)).body;
    const block = textAt(list, 'ip_addresses', 2, 'id');
    const available = async () => at((await bench.call('GET', `/ips/${block}/available?cidr=32`)).body, 'available');
    assert.deepEqual(await available(), ['127.79.0.2/32', '127.79.0.3/32']);
    const { body } = await bench.call('POST', `/devices/${device}/ips`, { address: '127.79.0.3/32' });
    assert.deepEqual([at(body, 'management'), at(body, 'gateway')], [false, '127.79.0.3']);
    assert.deepEqual(await available(), ['127.79.0.2/32']);
    assert.equal((await bench.call('POST', `/devices/${other}/ips`, { address: '127.79.0.3/32' })).status, 422);
    assert.equal((await bench.call('DELETE', `/ips/${block}`)).status, 422);
    assert.equal((await bench.call('GET', `/ips/${textAt(body, 'id')}`)).status, 200);
    assert.equal((await bench.call('DELETE', `/ips/${textAt(body, 'id')}`)).status, 204);
    assert.equal((await bench.call('PATCH', `/ips/${block}`, { details: 'for the API' })).status, 200);
    assert.equal(at((await bench.call('GET', `/ips/${block}`)).body, 'details'), 'for the API');
    assert.equal((await bench.call('DELETE', `/ips/${block}`)).status, 204);
  });

  it('are the only ones that can be taken from a device', async () => {
    const device = await bench.order({ hostname: 'n3' });
    const { body } = await bench.call('GET', `/devices/${device}/ips`);
    assert.equal((await bench.call('DELETE', `/ips/${textAt(body, 'ip_addresses', 0, 'id')}`)).status, 403);
    assert.equal((await bench.call('POST', `/devices/${device}/ips`, { address: '8.8.8.8/32' })).status, 422);
  });
});
