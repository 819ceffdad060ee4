import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Bench } from './bench.ts';
import { at, listAt, ORDER, openBench, PROJECT, TOKEN, textAt } from './bench.ts';

let bench: Bench;
let id: string;
before(async () => {
  bench = await openBench();
  id = await bench.order({ tags: ['first'] });
  await bench.reach(id, 'active');
});
after(() => bench.stop());

describe('what answers are wrapped in', () => {
  for (const [path, envelope] of [
    ['/projects', 'projects'],
    ['/projects/:project/devices', 'devices'],
    ['/projects/:project/events', 'events'],
    ['/events', 'events'],
    ['/devices/:id/events', 'events'],
    ['/projects/:project/batches', 'batches'],
    ['/projects/:project/spot-market-requests', 'spot_market_requests'],
    ['/projects/:project/ips', 'ip_addresses'],
    ['/devices/:id/ips', 'ip_addresses'],
    ['/ssh-keys', 'ssh_keys'],
    ['/projects/:project/ssh-keys', 'ssh_keys'],
    ['/plans', 'plans'],
    ['/operating-systems', 'operating_systems'],
    ['/facilities', 'facilities'],
    ['/locations/metros', 'metros'],
  ] as const) {
    it(`GET ${path} is a list of ${envelope}, with and without the version`, async () => {
      const real = path.replace(':project', PROJECT.id).replace(':id', id);
      for (const base of ['', '/metal/v1']) {
        const answer = await bench.call('GET', `${base}${real}`);
        assert.equal(answer.status, 200);
        listAt(answer.body, envelope);
      }
    });
  }

  it('is an object by place and plan for prices and capacity', async () => {
    const prices = await bench.call('GET', '/market/spot/prices?facility=ewr1&plan=c2.medium.x86');
    assert.deepEqual(prices.body, { spot_market_prices: { ewr1: { 'c2.medium.x86': { price: 0.2 } } } });
    const metros = await bench.call('GET', '/market/spot/prices/metros');
    assert.equal(at(metros.body, 'spot_market_prices', 'am', 'c2.medium.x86', 'price'), 10);
    const capacity = await bench.call('GET', '/capacity');
    assert.equal(at(capacity.body, 'capacity', 'ewr1', 'c2.medium.x86', 'level'), 'normal');
    assert.equal(at(capacity.body, 'capacity', 'ams1', 'c2.medium.x86', 'level'), 'unavailable');
    const servers = [
      { facility: 'ewr1', plan: 'c2.medium.x86', quantity: '3' },
      { facility: 'ewr1', plan: 'c2.medium.x86', quantity: 999 },
      { facility: 'ams1', plan: 'c2.medium.x86', quantity: 1 },
    ];
    const fits = await bench.call('POST', '/capacity', { servers });
    assert.deepEqual(
      listAt(fits.body, 'servers').map((server) => at(server, 'available')),
      [true, false, false],
    );
  });

  it('gives userdata, custom data and metadata of a device', async () => {
    assert.deepEqual((await bench.call('GET', `/devices/${id}/userdata`)).body, { userdata: ORDER.userdata });
    assert.deepEqual((await bench.call('GET', `/devices/${id}/customdata`)).body, {});
    assert.equal(at((await bench.call('GET', `/devices/${id}/metadata`)).body, 'id'), id);
  });

  it('gives userdata back as it was last set, also when it was emptied', async () => {
    await bench.call('PUT', `/devices/${id}`, { userdata: '' });
    assert.deepEqual((await bench.call('GET', `/devices/${id}/userdata`)).body, { userdata: '' });
  });

  it('says whether userdata would be understood', async () => {
    const validate = async (text: string) =>
      (await bench.call('POST', `/userdata/validate?userdata=${encodeURIComponent(text)}`)).status;
    assert.deepEqual(
      await Promise.all(['#!/bin/sh', '#cloud-config\n', '{"ignition":{}}', 'hello'].map(validate)),
      [204, 204, 204, 422],
    );
  });
});

describe('what refusals say', () => {
  const refused = async (status: number, words: RegExp, method: string, path: string, body?: unknown) => {
    const answer = await bench.call(method, path, body);
    assert.equal(answer.status, status, answer.text);
    assert.match(listAt(answer.body, 'errors').join('; '), words);
  };
  const create = (columns: object) => ['POST', `/projects/${PROJECT.id}/devices`, { ...ORDER, ...columns }] as const;

  it('401 without the right token', async () => {
    for (const headers of [{}, { 'X-Auth-Token': 'wrong' }, { Authorization: `Bearer ${TOKEN}` }]) {
      const answer = await bench.call('GET', '/projects', undefined, headers);
      assert.equal(answer.status, 401);
      assert.match(answer.text, /Invalid/);
    }
  });

  it('404 for what does not exist', async () => {
    await refused(404, /^Not found$/, 'GET', '/devices/nobody');
    await refused(404, /^Not found$/, 'GET', '/projects/nobody/devices');
    await refused(404, /^Not found$/, 'GET', '/nowhere');
    await refused(405, /not allowed/, 'DELETE', '/plans');
  });

  it('422 with the reason for a device that cannot be', async () => {
    await refused(
      422,
      /^Plan can't be blank; Operating system can't be blank$/,
      'POST',
      `/projects/${PROJECT.id}/devices`,
      {},
    );
    await refused(422, /^Facility can't be blank$/, ...create({ facility: undefined }));
    await refused(422, /^ny5 is not a valid facility$/, ...create({ facility: 'ny5' }));
    await refused(422, /^c9 is not a valid plan$/, ...create({ plan: 'c9' }));
    await refused(422, /^windows is not a valid operating system$/, ...create({ operating_system: 'windows' }));
    await refused(422, /^Hostname is invalid$/, ...create({ hostname: 'under_score' }));
    await refused(
      422,
      /^The facility ams1 has no provisionable c2.medium.x86 servers/,
      ...create({ facility: 'ams1' }),
    );
    await refused(422, /aren't available servers in that metro/, ...create({ metro: 'am' }));
    await refused(422, /must be in the future/, ...create({ termination_time: '2001-01-01T00:00:00' }));
    await refused(422, /^Private IPv4/, ...create({ ip_addresses: [{ address_family: 4, public: true }] }));
  });

  it('400 for a body that is no JSON, 413 for one that is too long', async () => {
    await refused(400, /not valid JSON/, 'POST', `/projects/${PROJECT.id}/devices`, '{');
    await refused(413, /too large/, ...create({ userdata: 'x'.repeat(1 << 20) }));
  });
});

describe('a list in pages', () => {
  before(async () => {
    for (let index = 0; index < 11; index += 1) await bench.order({ hostname: `page-${index}`, tags: ['page'] });
  });
  const list = async (query: string) =>
    (await bench.call('GET', `/projects/${PROJECT.id}/devices?tag=page&${query}`)).body;

  it('has ten items on a page when nothing else was asked', async () => {
    const first = await list('');
    assert.equal(listAt(first, 'devices').length, 10);
    const meta = at(first, 'meta');
    assert.deepEqual([at(meta, 'total'), at(meta, 'current_page'), at(meta, 'last_page')], [11, 1, 2]);
    assert.deepEqual(
      [at(meta, 'previous'), at(meta, 'next', 'href')],
      [null, `/projects/${PROJECT.id}/devices?tag=page&page=2`],
    );
  });

  it('gives each item once when the links are followed', async () => {
    const names: string[] = [];
    let href: string | undefined = `/projects/${PROJECT.id}/devices?tag=page&per_page=3`;
    while (href !== undefined) {
      const { body } = await bench.call('GET', href);
      names.push(...listAt(body, 'devices').map((device) => textAt(device, 'hostname')));
      const next = at(body, 'meta', 'next', 'href');
      href = typeof next === 'string' ? next : undefined;
    }
    assert.deepEqual(
      names,
      Array.from({ length: 11 }, (_, index) => `page-${index}`),
    );
  });

  it('is empty beyond its end, and refuses a page that is no number', async () => {
    assert.deepEqual(listAt(await list('page=9'), 'devices'), []);
    assert.equal((await bench.call('GET', '/events?page=-1')).status, 422);
  });

  it('is narrowed by host name, search, type and termination time', async () => {
    const count = async (query: string) =>
      at((await bench.call('GET', `/projects/${PROJECT.id}/devices?${query}`)).body, 'meta', 'total');
    assert.equal(await count('hostname=page-1'), 2);
    assert.equal(await count('search=first'), 1);
    assert.equal(await count('type=spot'), 0);
    const soon = { ...ORDER, hostname: 'soon', termination_time: '2090-01-01T00:00:00' };
    const { body } = await bench.call('POST', `/projects/${PROJECT.id}/devices`, soon);
    assert.equal(at(body, 'termination_time'), '2090-01-01T00:00:00Z');
    assert.equal(await count('has_termination_time=true'), 1);
    assert.equal(await count('has_termination_time=false'), 12);
  });
});
