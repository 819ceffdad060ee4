import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { callFrom } from '../../../../scripts/lab/facility/fake-machines.ts';
import type { Bench } from './bench.ts';
import { at, listAt, openBench, PROJECT, textAt } from './bench.ts';

describe('the metadata service', () => {
  let bench: Bench;
  let id: string;
  let address: string;
  before(async () => {
    bench = await openBench();
    await bench.call('POST', '/ssh-keys', { label: 'me', key: 'ssh-ed25519 AAAAC3Nz me' });
    id = await bench.order({ tags: ['a', 'b'], customdata: { rack: 7 } });
    await bench.reach(id, 'active');
    address = textAt((await bench.call('GET', `/devices/${id}`)).body, 'ip_addresses', 0, 'address');
  });
  after(() => bench.stop());

  const get = (path: string) => bench.from(address, 'GET', path);

  it('knows nobody but its machines, each by its address', async () => {
    const answer = await bench.from('127.0.0.1', 'GET', '/metadata');
    assert.deepEqual([answer.status, answer.text], [404, '{"message":"resource not found"}']);
    const second = await bench.order({ hostname: 'n2' });
    await bench.reach(second, 'active');
    const other = textAt((await bench.call('GET', `/devices/${second}`)).body, 'ip_addresses', 2, 'address');
    assert.equal(at(JSON.parse((await bench.from(other, 'GET', '/metadata')).text), 'hostname'), 'n2');
  });

  it('describes the machine and its network', async () => {
    const document: unknown = JSON.parse((await get('/metadata')).text);
    assert.deepEqual(
      ['id', 'hostname', 'plan', 'class', 'facility'].map((name) => at(document, name)),
      [id, 'n1', 'c2.medium.x86', 'c2.medium.x86', 'ewr1'],
    );
    assert.match(
      textAt(document, 'iqn'),
      new RegExp(`^iqn\\.\\d{4}-\\d\\d\\.net\\.packet:device\\.${id.slice(0, 8)}$`),
    );
    assert.deepEqual(at(document, 'customdata'), { rack: 7 });
    assert.deepEqual(at(document, 'ssh_keys'), ['ssh-ed25519 AAAAC3Nz me']);
    const addresses = listAt(document, 'network', 'addresses').map((each) =>
      ['address_family', 'public', 'cidr', 'management', 'address', 'gateway'].map((name) => at(each, name)),
    );
    assert.deepEqual(addresses, [
      [4, true, 31, true, '127.77.0.3', '127.77.0.2'],
      [6, true, 127, true, '2001:db8:77:100::3', '2001:db8:77:100::2'],
      [4, false, 31, true, '127.78.0.3', '127.78.0.2'],
    ]);
    assert.equal(textAt(document, 'phone_home_url'), `http://127.0.0.1:${bench.metadata.port}/phone-home`);
    assert.equal(at(document, 'spot'), undefined);
  });

  it('puts an elastic address before the private one, as it is no guide to order', async () => {
    await bench.call('POST', `/projects/${PROJECT.id}/ips`, { type: 'public_ipv4', quantity: 1, facility: 'ewr1' });
    const { body } = await bench.call('POST', `/devices/${id}/ips`, { address: '127.79.0.0/32' });
    const elastic = at(JSON.parse((await get('/metadata')).text), 'network', 'addresses', 2);
    assert.deepEqual([at(elastic, 'management'), at(elastic, 'gateway')], [false, '127.79.0.0']);
    assert.equal((await bench.call('DELETE', `/ips/${textAt(body, 'id')}`)).status, 204);
  });

  it('speaks EC2 of 2009-04-04 and of no other year', async () => {
    const names = (await get('/2009-04-04/meta-data')).text.split('\n');
    assert.deepEqual(names, [
      ...['instance-id', 'hostname', 'iqn', 'plan', 'facility', 'tags', 'operating-system/', 'public-keys'],
      ...['public-ipv4', 'public-ipv6', 'local-ipv4'],
    ]);
    const read = async (path: string) => (await get(`/2009-04-04/${path}`)).text;
    assert.equal(await read('meta-data/instance-id'), id);
    assert.equal(await read('meta-data/tags'), 'a\nb');
    assert.equal(await read('meta-data/operating-system/slug'), 'debian_12');
    assert.equal(await read('meta-data/operating-system/license-activation/state'), 'unlicensed');
    assert.equal(await read('meta-data/local-ipv4'), '127.78.0.3');
    assert.equal(await read('user-data'), '#!/bin/sh\necho hello\n');
    assert.equal((await get('/userdata')).text, '#!/bin/sh\necho hello\n');
    for (const path of ['/2021-03-23/meta-data/instance-id', '/2009-04-04/meta-data/spot/termination-time']) {
      assert.equal((await get(path)).status, 404);
    }
  });

  it('has no session tokens', async () => {
    assert.equal((await bench.from(address, 'PUT', '/latest/api/token')).status, 404);
  });

  it('is fit for those who ask for JSON or for anything, and refuses others', async () => {
    const ask = async (accept: string) =>
      (
        await callFrom(address, `http://127.0.0.1:${bench.metadata.port}/metadata`, 'GET', '', 'text/plain', {
          Accept: accept,
        })
      ).status;
    assert.deepEqual(await Promise.all(['*/*', 'application/json', 'text/html'].map(ask)), [200, 200, 406]);
  });
});
