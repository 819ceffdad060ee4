import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { PacketDeps } from '../../../coordinator/providers/packet.ts';
import { createPacketProvider } from '../../../coordinator/providers/packet.ts';
import type { DeviceRequest, Provider } from '../../../coordinator/providers/provider.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog as log } from '../../../shared/fake-log.ts';
import { holdProviderLaws } from '../../laws/provider.ts';
import type { Bench } from '../../scripts/lab/facility/bench.ts';
import { at, openBench, PROJECT, TOKEN, until } from '../../scripts/lab/facility/bench.ts';

function connect(bench: Bench, changes: Partial<PacketDeps> = {}): Provider {
  const url = `${bench.url}/metal/v1`;
  const { clock } = bench;
  return createPacketProvider({
    url,
    token: TOKEN,
    project: PROJECT.id,
    facility: 'ewr1',
    fetch,
    clock,
    log,
    ...changes,
  });
}

const REQUEST: DeviceRequest = {
  hostname: 'n1',
  plan: 'c2.medium.x86',
  os: 'debian_12',
  tags: ['entry-1'],
  userdata: '#!/bin/sh\n',
  spotMaxPrice: undefined,
};

for (const base of ['', '/metal/v1/']) {
  holdProviderLaws('packet', async () => {
    const bench = await openBench();
    const ids = [await bench.order({ tags: ['a', 'b'] }), await bench.order({ tags: ['b'] })];
    for (const id of ids) await bench.reach(id, 'active');
    return {
      provider: connect(bench, { url: `${bench.url}${base}` }),
      until: (what, holds) => until(bench.clock, what, holds),
      close: bench.stop,
    };
  });
}

describe('the packet provider', () => {
  let bench: Bench;
  let provider: Provider;
  before(async () => {
    bench = await openBench();
    provider = connect(bench);
  });
  after(() => bench.stop());

  const order = (kind: string, path = '') => bench.call('POST', '/lab/faults', { kind, path });

  it('sends what was asked for', async () => {
    const made = await provider.create({ ...REQUEST, spotMaxPrice: 0.45 });
    const { body } = await bench.call('GET', `/devices/${made.id}`);
    const sent = ['spot_instance', 'spot_price_max', 'userdata', 'billing_cycle'].map((name) => at(body, name));
    assert.deepEqual(sent, [true, 0.45, '#!/bin/sh\n', 'hourly']);
  });

  it('hears of a termination before it comes', async () => {
    const made = await provider.create({ ...REQUEST, spotMaxPrice: 0.45 });
    assert.equal((await provider.device(made.id))?.terminationTime, undefined);
    await bench.call('POST', `/lab/devices/${made.id}/spot-termination`);
    const notice = (await provider.device(made.id))?.terminationTime;
    assert.equal(Date.parse(notice ?? '') - bench.clock.now(), 120_000);
  });

  it('reads all pages', async () => {
    const small = connect(bench, {
      fetch: (input, options) => fetch(String(input).replace('per_page=100', 'per_page=1'), options),
    });
    assert.deepEqual(await small.list(), await provider.list());
    assert.ok((await provider.list()).length >= 2);
  });

  it('tells an elastic address from those that identify the device', async () => {
    const made = await provider.create(REQUEST);
    await bench.call('POST', `/projects/${PROJECT.id}/ips`, { type: 'public_ipv4', quantity: 1, facility: 'ewr1' });
    await bench.call('POST', `/devices/${made.id}/ips`, { address: '127.79.0.0/32' });
    const addresses = (await provider.device(made.id))?.addresses ?? [];
    const elastic = addresses.find((each) => each.address === '127.79.0.0');
    assert.deepEqual([elastic?.management, elastic?.prefix, addresses.length], [false, 32, 4]);
  });

  it('hands on the words of a refusal', async () => {
    await order('capacity');
    await assert.rejects(provider.create(REQUEST), {
      code: 'PROVIDER_REFUSED',
      retry: 'never',
      message:
        'cannot create device n1: The facility ewr1 has no provisionable c2.medium.x86 servers matching your criteria',
    });
  });

  it('says why a machine failed', async () => {
    const settled = async (): Promise<boolean> => (await provider.list()).every((device) => device.state === 'active');
    await until(bench.clock, 'all others are active', settled);
    bench.machines.breakNext('no disk');
    const made = await provider.create(REQUEST);
    await bench.reach(made.id, 'failed');
    assert.equal((await provider.device(made.id))?.reason, 'no disk');
  });

  for (const kind of ['error', 'rate-limit']) {
    it(`finds ${kind} worth another try`, async () => {
      await order(kind);
      await assert.rejects(provider.create(REQUEST), { code: 'PROVIDER_FAILED', retry: 'backoff' });
      await order(kind);
      await assert.rejects(provider.list(), { code: 'PROVIDER_FAILED', retry: 'backoff' });
    });
  }

  it('does not know after a lost answer, and finds out by the tag', async () => {
    await order('lost-answer');
    await assert.rejects(provider.create({ ...REQUEST, tags: ['lost-1'] }), {
      code: 'PROVIDER_FAILED',
      retry: 'backoff',
    });
    assert.deepEqual(
      (await provider.tagged('lost-1')).map((device) => device.hostname),
      ['n1'],
    );
  });

  it('is refused with a wrong token, which no message repeats', async () => {
    await assert.rejects(connect(bench, { token: 'wrong-secret' }).list(), (thrown: Error) => {
      assert.match(thrown.message, /Invalid/);
      assert.doesNotMatch(JSON.stringify(thrown) + thrown.message + thrown.stack, /wrong-secret/);
      return true;
    });
  });

  it('is refused with an unknown project', async () => {
    await assert.rejects(connect(bench, { project: 'nobody' }).list(), { code: 'PROVIDER_REFUSED' });
  });

  it('gives up on a provider that does not answer', async () => {
    const clock = createFakeClock();
    const silent: typeof fetch = (_, options) => {
      const { promise, reject } = Promise.withResolvers<never>();
      options?.signal?.addEventListener('abort', () => reject(options.signal?.reason));
      return promise;
    };
    const listing = connect(bench, { clock, fetch: silent }).list();
    const refused = assert.rejects(listing, { code: 'PROVIDER_FAILED', retry: 'backoff' });
    await clock.advance(60_000);
    await refused;
  });

  it('does not take a page of another kind for an answer', async () => {
    const html: typeof fetch = async () => new Response('<html>sorry</html>', { status: 200 });
    await assert.rejects(connect(bench, { fetch: html }).list(), { code: 'PROVIDER_FAILED' });
    await assert.rejects(connect(bench, { fetch: html }).create(REQUEST), { code: 'PROVIDER_FAILED' });
  });
});
