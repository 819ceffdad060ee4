import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import * as fc from 'fast-check';
import type { Bench } from './bench.ts';
import { listAt, ORDER, openBench, PROJECT } from './bench.ts';

const CALLS = [
  ['POST', '/projects/PROJECT/devices'],
  ['POST', '/projects/PROJECT/devices/batch'],
  ['POST', '/projects/PROJECT/spot-market-requests'],
  ['POST', '/projects/PROJECT/ips'],
  ['POST', '/projects/PROJECT/ssh-keys'],
  ['POST', '/capacity'],
  ['POST', '/lab/faults'],
  ['POST', '/lab/prices'],
  ['POST', '/devices/DEVICE/actions'],
  ['POST', '/devices/DEVICE/ips'],
  ['PUT', '/devices/DEVICE'],
  ['DELETE', '/spot-market-requests/nobody'],
] as const;

const KEYS = [
  ...Object.keys(ORDER),
  ...['tags', 'customdata', 'ip_addresses', 'spot_instance', 'spot_price_max', 'termination_time', 'metro', 'ssh_keys'],
  ...[
    'batches',
    'quantity',
    'hostnames',
    'devices_min',
    'devices_max',
    'max_bid_price',
    'instance_parameters',
    'servers',
  ],
  ...['type', 'address', 'label', 'key', 'end_at', 'facilities', '__proto__'],
];

/** Any JSON, and JSON that says the right words in the wrong places. */
const bodies = fc.oneof(
  fc.jsonValue(),
  fc.dictionary(fc.constantFrom(...KEYS), fc.oneof(fc.jsonValue(), fc.constantFrom(...Object.values(ORDER)))),
  fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue()).map((columns) => ({ ...ORDER, ...columns })),
  fc.dictionary(fc.constantFrom(...KEYS), fc.jsonValue()).map((columns) => ({ batches: [{ ...ORDER, ...columns }] })),
);

describe('whatever is sent', () => {
  let bench: Bench;
  let device: string;
  before(async () => {
    bench = await openBench(false);
    device = await bench.order();
  });
  after(() => bench.stop());

  it('is answered with a success or with a refusal in the error envelope', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...CALLS), bodies, async ([method, template], body) => {
        const path = template.replace('PROJECT', PROJECT.id).replace('DEVICE', device);
        const answer = await bench.call(method, path, JSON.stringify(body));
        if (path === '/lab/faults') await bench.call('DELETE', path);
        assert.ok(answer.status >= 200 && answer.status < 500, `${method} ${path}: ${answer.text}`);
        assert.match(String(answer.headers['content-type']), /^application\/json/);
        if (answer.status < 400) return;
        const words = listAt(answer.body, 'errors');
        assert.ok(words.length > 0 && words.every((word) => typeof word === 'string' && word !== ''));
      }),
      { numRuns: 120 },
    );
  });

  it('is answered so at any path', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.webSegment(), { maxLength: 4 }),
        fc.webQueryParameters(),
        async (segments, query) => {
          const answer = await bench.call('GET', `/${segments.join('/')}?${query}`);
          assert.ok(answer.status >= 200 && answer.status < 500, answer.text);
          if (answer.status >= 400) listAt(answer.body, 'errors');
        },
      ),
      { numRuns: 50 },
    );
  });
});
