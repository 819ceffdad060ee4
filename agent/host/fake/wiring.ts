/** The wiring that a machine has before Vent comes. */
import type { FakeNetwork } from './network.ts';

/** Two addresses on one interface, as Packet gives them. @param own private address, in a /31 with its gateway */
export function wireLikePacket(
  { links, routes }: FakeNetwork,
  own = { address: '10.80.0.3', gateway: '10.80.0.2' },
): void {
  links.set('bond0', {
    name: 'bond0',
    mac: '02:00:00:00:00:01',
    mtu: 1500,
    up: true,
    type: undefined,
    parent: undefined,
    addresses: [
      { address: '198.51.100.3', prefix: 31, label: undefined },
      { address: own.address, prefix: 31, label: 'bond0:0' },
    ],
  });
  routes.push(
    { destination: 'default', gateway: '198.51.100.2', device: 'bond0', source: undefined },
    { destination: '10.0.0.0/8', gateway: own.gateway, device: 'bond0', source: undefined },
  );
}
