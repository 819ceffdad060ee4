/** The facility spoken to as the clients of the day did: what packngo and packet-python put on the wire. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Bench } from './bench.ts';
import { at, listAt, openBench, PROJECT, TOKEN, textAt, until } from './bench.ts';

let bench: Bench;
before(async () => {
  bench = await openBench();
});
after(() => bench.stop());

describe('as packngo speaks', () => {
  const headers = {
    'X-Auth-Token': TOKEN,
    'X-Consumer-Token': 'aZ9GmqHTPtxevvFq9SK3Pi2yr9YCbRzduCSXF2SNem5sjB91mDq7Th3ZwTtRqMWZ',
    'Content-Type': 'application/json',
    Accept: 'application/json',
    'User-Agent': 'packngo/0.5.1',
  };
  const call = (method: string, path: string, body?: unknown) => bench.call(method, `/metal/v1${path}`, body, headers);

  it('takes a price as text, custom data as text, null tags and a redundant project', async () => {
    const answer = await call('POST', `/projects/${PROJECT.id}/devices`, {
      hostname: 'spot-1',
      plan: 'c2.medium.x86',
      facility: ['ams1', 'ewr1', 'any'],
      operating_system: 'debian_12',
      billing_cycle: 'hourly',
      project_id: PROJECT.id,
      userdata: '#cloud-config\n',
      customdata: '{"role":"worker"}',
      tags: null,
      spot_instance: true,
      spot_price_max: '0.3',
      ip_addresses: [
        { address_family: 4, public: true },
        { address_family: 4, public: false },
      ],
    });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(at(answer.body, 'spot_price_max'), 0.3);
    assert.deepEqual(at(answer.body, 'customdata'), { role: 'worker' });
    assert.deepEqual(at(answer.body, 'tags'), []);
    assert.equal(at(answer.body, 'facility', 'code'), 'ewr1');
    assert.equal(at(answer.body, 'termination_time'), undefined);
  });

  it('gives every answer the content type that packngo insists on', async () => {
    const id = await bench.order();
    await bench.reach(id, 'active');
    for (const [method, path, body] of [
      ['GET', `/devices/${id}`, undefined],
      ['GET', '/no/such/thing', undefined],
      ['POST', `/projects/${PROJECT.id}/devices`, {}],
      ['PATCH', `/devices/${id}`, { locked: false }],
      ['POST', `/devices/${id}/actions`, { type: 'reboot' }],
      ['DELETE', `/devices/${id}`, { force_delete: false }],
    ] as const) {
      const answer = await call(method, path, body);
      assert.match(String(answer.headers['content-type']), /^application\/json/, `${method} ${path}`);
    }
  });

  it('shows hrefs with the version, whose last part is the id', async () => {
    const id = await bench.order();
    const { body } = await call('GET', `/devices/${id}`);
    assert.equal(at(body, 'href'), `/metal/v1/devices/${id}`);
    assert.equal(at(body, 'project', 'href'), `/metal/v1/projects/${PROJECT.id}`);
  });

  it('links pages without the version, which the client puts before them, and leaves custom data alone', async () => {
    const customdata = { href: '/mine', meta: { href: '/mine too' } };
    const ids = [await bench.order({ hostname: 'link', customdata }), await bench.order({ hostname: 'link' })];
    const { body } = await call('GET', `/projects/${PROJECT.id}/devices?hostname=link&per_page=1`);
    assert.equal(at(body, 'meta', 'next', 'href'), `/projects/${PROJECT.id}/devices?hostname=link&per_page=1&page=2`);
    assert.equal(at(body, 'devices', 0, 'href'), `/metal/v1/devices/${ids[0]}`);
    assert.deepEqual(at(body, 'devices', 0, 'customdata'), customdata);
  });

  it('includes and excludes', async () => {
    await call('POST', `/projects/${PROJECT.id}/ssh-keys`, { label: 'me', key: 'ssh-ed25519 AAAAC3Nz me' });
    const id = await bench.order();
    const plain = (await call('GET', `/devices/${id}`)).body;
    assert.deepEqual(Object.keys(Object(at(plain, 'ssh_keys', 0))), ['href']);
    const { body } = await call(
      'GET',
      `/devices/${id}?include=project,ssh_keys,ip_addresses.assigned_to&exclude=plan,network_ports`,
    );
    assert.equal(at(body, 'project', 'name'), 'vent');
    assert.equal(at(body, 'ssh_keys', 0, 'label'), 'me');
    assert.equal(at(body, 'ip_addresses', 0, 'assigned_to', 'hostname'), 'n1');
    assert.deepEqual(Object.keys(Object(at(body, 'plan'))), ['href']);
    const listed = await call('GET', `/projects/${PROJECT.id}/devices?include=project&tag=nobody`);
    assert.deepEqual(at(listed.body, 'devices'), []);
  });

  it('makes a batch with numbered host names', async () => {
    const answer = await call('POST', `/projects/${PROJECT.id}/devices/batch`, {
      batches: [
        {
          hostname: 'web-{{index}}.example.org',
          quantity: 2,
          plan: 'c2.medium.x86',
          operating_system: 'debian_12',
          facility: 'any',
          spot_instance: true,
          spot_price_max: 0.25,
        },
        { hostnames: ['a', 'b'], quantity: 2, plan: 'c3.small.x86', operating_system: 'debian_12', facility: 'ams1' },
      ],
    });
    assert.equal(answer.status, 201, answer.text);
    assert.deepEqual(
      [at(answer.body, 'batches', 0, 'state'), at(answer.body, 'batches', 1, 'state')],
      ['completed', 'failed'],
    );
    const devices = listAt(answer.body, 'batches', 0, 'devices').map((device) =>
      textAt(device, 'href').split('/').at(-1),
    );
    const names = await Promise.all(
      devices.map(async (id) => at((await call('GET', `/devices/${id}`)).body, 'hostname')),
    );
    assert.deepEqual(names, ['web-01.example.org', 'web-02.example.org']);
    const batch = textAt(answer.body, 'batches', 0, 'id');
    for (const id of devices) await bench.reach(String(id), 'active');
    assert.equal((await call('GET', `/batches/${batch}`)).status, 200);
    assert.equal((await call('DELETE', `/batches/${batch}?remove_associated_instances=true`)).status, 204);
    await bench.reach(String(devices[0]), 'gone');
  });

  it('fills a spot market request, reads it by `devices`, and ends it through the body', async () => {
    const answer = await call('POST', `/projects/${PROJECT.id}/spot-market-requests`, {
      devices_max: 2,
      devices_min: 1,
      max_bid_price: 0.204,
      facilities: ['ewr1'],
      instance_parameters: {
        plan: 'c2.medium.x86',
        operating_system: 'debian_12',
        hostnames: ['s1', 's2'],
        tags: ['spot'],
      },
    });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(at(answer.body, 'max_bid_price'), 0.2);
    assert.equal(listAt(answer.body, 'devices').length, 2);
    const listed = await call('GET', `/projects/${PROJECT.id}/spot-market-requests?include=devices`);
    assert.deepEqual(
      listAt(listed.body, 'spot_market_requests', 0, 'devices').map((device) => at(device, 'hostname')),
      ['s1', 's2'],
    );
    const path = `/spot-market-requests/${textAt(answer.body, 'id')}`;
    assert.equal((await call('DELETE', path, { force_termination: true })).status, 204);
    assert.equal((await call('GET', path)).status, 404);
    await until(bench.clock, 'its devices are gone', async () => {
      const tagged = await call('GET', `/projects/${PROJECT.id}/devices?tag=spot`);
      return listAt(tagged.body, 'devices').length === 0;
    });
  });
});

describe('as packet-python speaks', () => {
  const call = (method: string, path: string, body?: unknown) =>
    bench.call(method, path, body, {
      'X-Auth-Token': TOKEN,
      'X-Consumer-Token': 'x',
      'Content-Type': 'application/json',
    });

  it('puts one slash behind another', async () => {
    for (const path of ['//capacity', `//projects/${PROJECT.id}/batches`, '//metal/v1//plans']) {
      assert.equal((await call('GET', path)).status, 200, path);
    }
  });

  it('takes objects where lists are meant, without a version in the path', async () => {
    const answer = await call('POST', `/projects/${PROJECT.id}/devices`, {
      hostname: 'py1',
      project_id: PROJECT.id,
      plan: 'c2.medium.x86',
      operating_system: 'debian_12',
      facility: ['ewr1'],
      billing_cycle: 'hourly',
      userdata: '',
      locked: false,
      tags: {},
      features: {},
      project_ssh_keys: [],
      user_ssh_keys: [],
      ip_addresses: [],
      spot_instance: false,
      spot_price_max: -1 + 1,
    });
    assert.equal(answer.status, 201, answer.text);
    assert.equal(at(answer.body, 'href'), `/devices/${textAt(answer.body, 'id')}`);
    assert.deepEqual(at(answer.body, 'tags'), []);
  });
});
