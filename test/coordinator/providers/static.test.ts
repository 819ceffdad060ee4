import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createStaticProvider } from '../../../coordinator/providers/static.ts';
import { holdProviderLaws } from '../../laws/provider.ts';

const machines = [
  { id: 'rack1-u2', hostname: 'n1', privateAddress: '10.0.0.3', publicAddress: '198.51.100.3' },
  { id: 'rack1-u3', hostname: 'n2', privateAddress: '10.0.0.5' },
];

holdProviderLaws('static', async () => ({
  provider: createStaticProvider({ machines }),
  until: async (what, holds) => assert.ok(await holds(), what),
  close: async () => undefined,
}));

describe('the static provider', () => {
  it('knows the addresses of the inventory and no others', async () => {
    const devices = await createStaticProvider({ machines }).list();
    assert.deepEqual(
      devices.map((device) => device.addresses.map((each) => [each.address, each.public])),
      [
        [
          ['10.0.0.3', false],
          ['198.51.100.3', true],
        ],
        [['10.0.0.5', false]],
      ],
    );
  });

  it('says that its machines are booted by hand', async () => {
    const request = { hostname: 'n3', plan: '', os: '', tags: [], userdata: '', spotMaxPrice: undefined };
    await assert.rejects(createStaticProvider({ machines }).create(request), {
      code: 'PROVIDER_REFUSED',
      message: 'cannot create device n3: machines of a static inventory are booted by hand',
    });
  });
});
