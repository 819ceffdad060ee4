import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createStaticProvider } from '../../../coordinator/providers/static.ts';
import { holdProviderLaws } from '../../laws/provider.ts';

const machines = [
  { id: 'rack1-u2', hostname: 'n1', privateAddress: '10.0.0.3', privatePrefix: 24, publicAddress: '198.51.100.3' },
  { id: 'rack1-u3', hostname: 'n2', privateAddress: '10.0.0.5', privatePrefix: 31 },
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

  it('takes the first address of a subnet for its gateway, unless the inventory names another', async () => {
    const named = {
      id: 'x',
      hostname: 'x',
      privateAddress: '10.0.0.9',
      privatePrefix: 24,
      privateGateway: '10.0.0.254',
    };
    const devices = await createStaticProvider({ machines: [...machines, named] }).list();
    assert.deepEqual(
      devices.map(({ addresses: [first] }) => `${first?.address}/${first?.prefix} by ${first?.gateway}`),
      ['10.0.0.3/24 by 10.0.0.1', '10.0.0.5/31 by 10.0.0.4', '10.0.0.9/24 by 10.0.0.254'],
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
