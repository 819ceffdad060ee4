/** Packet's own clients, as they were released, against the facility with machines that are lines of a table. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { Bench } from '../scripts/lab/facility/bench.ts';
import { at, listAt, openBench, textAt, until } from '../scripts/lab/facility/bench.ts';
import { useClients } from './stock/clients.ts';

const STEPS = ['101', '102', '103', '104', '105', '106', '107', '108', '109', '110'].map((n) => `provisioning.${n}`);
const SOLD_OUT = 'The facility ams1 has no provisionable c2.medium.x86 servers matching your criteria';

const clients = useClients();

/** `stem-01` to `stem-25`. */
function numbered(stem: string, first = 1, last = 25): readonly string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${stem}-${String(first + index).padStart(2, '0')}`);
}

function refused(report: unknown, ...path: readonly string[]): readonly unknown[] {
  return [at(report, ...path, 'status'), ...listAt(report, ...path, 'errors')];
}

/** The base addresses that packngo had over the years; the second one over HTTPS. */
const bases = [
  { name: 'over HTTP, below /metal/v1', base: '/metal/v1', isSecure: false },
  { name: 'over HTTPS, without a version', base: '', isSecure: true },
];

for (const { name, base, isSecure } of bases) {
  describe(`packngo v0.31.0 ${name}`, () => {
    let bench: Bench;
    let tour: unknown;
    before(async () => {
      bench = await openBench();
      const url = isSecure ? bench.url.replace('http:', 'https:') : bench.url;
      tour = await clients.runGo('packngo', bench, `${url}${base}/`, ['tour']);
    });
    after(() => bench.stop());

    it('reads plans, operating systems, facilities and metros', () => {
      assert.equal(at(tour, 'plans', 'c2.medium.x86'), 1);
      assert.deepEqual([at(tour, 'projectPlans'), at(tour, 'systems')], [5, ['debian_12']]);
      assert.deepEqual(
        [at(tour, 'facilities'), at(tour, 'metros')],
        [
          ['ewr1', 'ams1'],
          ['ny', 'am'],
        ],
      );
      assert.deepEqual([at(tour, 'project'), at(tour, 'projectName')], ['vent', 'vent']);
    });

    it('reads spot prices and capacity', () => {
      assert.equal(at(tour, 'prices', 'ewr1', 'c3.medium.x86'), 0.22);
      assert.equal(at(tour, 'metroPrices', 'am', 'c2.medium.x86'), 10);
      assert.equal(at(tour, 'levels', 'ewr1', 'c2.medium.x86', 'level'), 'normal');
      assert.equal(at(tour, 'metroLevels', 'am', 'c2.medium.x86', 'level'), 'unavailable');
      assert.deepEqual([at(tour, 'fits'), at(tour, 'fitsMetro')], [[true, false, false], [true]]);
    });

    it('creates a device, with tags, and reads it', () => {
      const id = textAt(tour, 'created', 'id');
      assert.equal(at(tour, 'created', 'state'), 'queued');
      assert.equal(at(tour, 'created', 'href'), `${base}/devices/${id}`);
      const expected = {
        ...{ id, shortId: id.slice(0, 8), hostname: 'life', state: 'active', tags: ['first', 'second'], locked: false },
        ...{ plan: 'c2.medium.x86', os: 'debian_12', facility: 'ewr1', metro: 'ny', network: 'layer3', events: STEPS },
        ...{ description: 'ordered by packngo', customdata: { role: 'worker' }, spot: false, bid: 0 },
        ...{ public4: '127.77.0.3', private4: '127.78.0.3', public6: '2001:db8:77:100::3', termination: null },
        userdata: '#!/bin/sh\necho from packngo\n',
      };
      assert.partialDeepStrictEqual(at(tour, 'active'), expected);
    });

    it('updates and tags it', () => {
      const expected = { hostname: 'renamed', description: 'changed', tags: ['third'], customdata: { role: 'none' } };
      assert.partialDeepStrictEqual(at(tour, 'updated'), expected);
    });

    it('locks it, which spares it everything until it is unlocked', () => {
      assert.equal(at(tour, 'locked'), true);
      assert.deepEqual(refused(tour, 'lockedDelete'), [422, 'Cannot delete a locked device']);
      assert.deepEqual(refused(tour, 'lockedReboot'), [422, 'Cannot perform actions on a locked device']);
    });

    it('reboots it, powers it off and on, installs it again and deletes it', () => {
      assert.deepEqual([at(tour, 'off'), at(tour, 'on'), at(tour, 'reinstalled')], ['inactive', 'active', 'active']);
      assert.deepEqual(refused(tour, 'offReboot'), [422, 'Cannot reboot a device while it is inactive']);
      assert.deepEqual(refused(tour, 'gone'), [404, 'Not found']);
    });

    it('reads its events, newest first, over more than one page', () => {
      const actions = ['instance.reinstall', 'instance.power_on', 'instance.power_off', 'instance.reboot'];
      const events = [...STEPS.toReversed(), ...actions, 'provisioning.110', 'instance.created'];
      assert.deepEqual(at(tour, 'deviceEvents'), events);
      assert.deepEqual([at(tour, 'event'), at(tour, 'projectEvents')], ['provisioning.110', events.length]);
    });

    it('is refused with a reason', () => {
      const expected = {
        plan: [422, 'no.such.plan is not a valid plan'],
        noPlan: [422, "Plan can't be blank"],
        system: [422, 'plan_9 is not a valid operating system'],
        facility: [422, 'ny5 is not a valid facility'],
        noFacility: [422, "Facility can't be blank"],
        soldOut: [422, SOLD_OUT],
        metro: [422, "There aren't available servers in that metro"],
        hostname: [422, 'Hostname is invalid'],
        termination: [422, 'Termination time must be in the future'],
        bid: [422, 'Spot price max is below the current market price'],
        stranger: [401, 'Invalid authentication token'],
        missing: [404, 'Not found'],
      };
      const refusals = Object.keys(expected).map((key) => [key, refused(tour, 'refusals', key)]);
      assert.deepEqual(Object.fromEntries(refusals), expected);
    });

    it('bids for one device and, by a request, for two', () => {
      assert.partialDeepStrictEqual(at(tour, 'spot'), { spot: true, bid: 0.3, termination: '2090-01-01T00:00:00Z' });
      assert.deepEqual([at(tour, 'bidPrice'), at(tour, 'bidPlan')], [0.3, 'c2.medium.x86']);
      assert.deepEqual([at(tour, 'bidRequests'), at(tour, 'bidDevices')], [1, [true, true]]);
      assert.deepEqual(refused(tour, 'bidRefused'), [422, 'no.such.plan is not a valid plan']);
    });

    it('makes a batch and takes it away', () => {
      assert.deepEqual([at(tour, 'batchState'), at(tour, 'batches')], ['completed', 1]);
      assert.deepEqual(at(tour, 'batchDevices'), numbered('batch', 1, 3));
    });

    it('lists 25 devices over pages of ten and of seven, each once', () => {
      const pages = at(tour, 'pages');
      for (const list of ['all', 'bySeven', 'tagged']) assert.deepEqual(at(pages, list), numbered('page'), list);
      assert.deepEqual(at(pages, 'second'), numbered('page', 11, 20));
      assert.deepEqual([at(pages, 'search'), at(pages, 'left')], [['page-07'], []]);
    });
  });
}

describe('packngo v0.1.0, which knows no version in the address', () => {
  it('does all it can', async () => {
    const bench = await openBench();
    try {
      assert.deepEqual(await clients.runGo('packngo-old', bench, `${bench.url}/`), [
        { plan: 'c2.medium.x86', system: 'debian_12', facility: 'ewr1' },
        {
          ...{
            href: true,
            active: 'active',
            addresses: 3,
            facility: 'ewr1',
            hostname: 'older',
            tags: ['a'],
            listed: 1,
          },
          ...{ off: 'inactive', on: 'active' },
          refused: { status: 422, errors: ['no.such.plan is not a valid plan'] },
          lockedDelete: { status: 422, errors: ['Cannot delete a locked device'] },
        },
      ]);
    } finally {
      await bench.stop();
    }
  });
});

describe('packet-python 1.44.3', () => {
  let bench: Bench;
  let tour: unknown;
  before(async () => {
    bench = await openBench();
    tour = await clients.runPython(bench);
  });
  after(() => bench.stop());

  it('reads plans, operating systems, facilities, spot prices and capacity', () => {
    const catalogue = at(tour, 'catalogue');
    assert.equal(at(catalogue, 'plans', 'c3.small.x86'), 0.5);
    assert.partialDeepStrictEqual(catalogue, {
      ...{ systems: ['debian_12'], facilities: ['ewr1', 'ams1'], metros: ['ny', 'am'], project: 'vent' },
      ...{ projects: ['vent'], fits: true, fitsNot: false, fitsMetro: true },
    });
    assert.equal(at(catalogue, 'prices', 'ewr1', 'c2.medium.x86', 'price'), 0.2);
    assert.deepEqual(at(catalogue, 'pricesOfPlan', 'ewr1'), { 'c3.small.x86': { price: 0.1 } });
    assert.equal(at(catalogue, 'levels', 'ams1', 'c2.medium.x86', 'level'), 'unavailable');
  });

  it('leads a device from its order to its end', () => {
    assert.deepEqual(at(tour, 'life'), {
      ...{ href: true, system: 'debian_12', active: 'active', customdata: { role: 'worker' }, ips: 3 },
      addresses: [
        [4, true],
        [6, true],
        [4, false],
      ],
      updated: ['py-renamed', ['second'], 'changed'],
      lockedDelete: { status: 422, reason: 'Error 422: Cannot delete a locked device' },
      states: ['inactive', 'active', 'active'],
      offReboot: { status: 422, reason: 'Error 422: Cannot reboot a device while it is inactive' },
      ...{ events: STEPS.toReversed(), event: 'provisioning.110', projectEvents: 3 },
    });
  });

  it('is refused with a reason', () => {
    assert.deepEqual(at(tour, 'refusals'), {
      plan: { status: 422, reason: 'Error 422: no.such.plan is not a valid plan' },
      system: { status: 422, reason: 'Error 422: plan_9 is not a valid operating system' },
      facility: { status: 422, reason: 'Error 422: ny5 is not a valid facility' },
      noFacility: { status: 422, reason: "Error 422: Facility can't be blank" },
      soldOut: { status: 422, reason: `Error 422: ${SOLD_OUT}` },
      bid: { status: 422, reason: 'Error 422: Spot price max is below the current market price' },
      stranger: { status: 401, reason: 'Error 401: Invalid authentication token' },
      missing: { status: 404, reason: 'Error 404: Not found' },
    });
  });

  it('orders many devices, lists them page by page and deletes them', () => {
    assert.deepEqual(at(tour, 'many'), {
      ...{ spot: [true, 0.3], batch: ['completed', 25, 25], batches: 1, all: ['py-spot', ...numbered('py')] },
      ...{ first: 10, bySeven: 5, tagged: 25, left: [0, 0] },
    });
  });
});

describe('a device, as packngo sees it', () => {
  let bench: Bench;
  const packngo = (...argv: readonly string[]): Promise<unknown> =>
    clients.runGo('packngo', bench, `${bench.url}/metal/v1/`, argv);
  before(async () => {
    bench = await openBench(false);
  });
  after(() => bench.stop());

  it('becomes active by its own phone-home and by nothing else', async () => {
    const order = await packngo('order');
    const id = textAt(order, 'id');
    await until(bench.clock, 'the machine runs', () => bench.machines.machines.get(id)?.power === 'on');
    await bench.from('127.0.0.1', 'POST', '/phone-home', `instance_id=${id}`);
    const before = await packngo('show', id);
    assert.deepEqual([at(before, 'state'), at(before, 'events')], ['provisioning', STEPS.slice(0, -1)]);
    assert.deepEqual(refused(await packngo('delete', id)), [422, 'Cannot delete a device while it is provisioning']);
    await bench.from(textAt(order, 'private4'), 'POST', '/phone-home', `instance_id=${id}`);
    const active = await packngo('await', id);
    assert.deepEqual([at(active, 'state'), at(active, 'events')], ['active', STEPS]);
    assert.deepEqual(await packngo('delete', id), { id, state: 'gone' });
  });

  it('is described by the metadata service to itself alone', async () => {
    const order = await packngo('order');
    const id = textAt(order, 'id');
    await until(bench.clock, 'the machine runs', () => bench.machines.machines.get(id)?.power === 'on');
    assert.deepEqual(await packngo('metadata', textAt(order, 'public4')), {
      ...{ id, hostname: 'alone', iqn: `iqn.2030-01.net.packet:device.${id.slice(0, 8)}`, plan: 'c2.medium.x86' },
      ...{ metro: 'ny', facility: 'ewr1', os: 'debian_12', bonding: '802.3ad', interfaces: ['eth0', 'eth1'] },
      addresses: [at(order, 'public4'), at(order, 'public6'), at(order, 'private4')],
      userdata: '#!/bin/sh\necho from packngo\n',
    });
    await assert.rejects(packngo('metadata', '127.0.0.1'), /knows no machine at 127\.0\.0\.1/);
  });
});
