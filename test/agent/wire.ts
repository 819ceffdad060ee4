/** The wiring that a machine has before Vent comes. */
import type { FakeNetwork } from '../../agent/host/fake/network.ts';

/** Two addresses on one interface, as Packet gives them. */
export function wireLikePacket({ links, routes }: FakeNetwork): void {
  links.set('bond0', {
    name: 'bond0',
    mac: '02:00:00:00:00:01',
    mtu: 1500,
    up: true,
    type: undefined,
    parent: undefined,
    addresses: [
      { address: '198.51.100.3', prefix: 31, label: undefined },
      { address: '10.80.0.3', prefix: 31, label: 'bond0:0' },
    ],
  });
  routes.push(
    { destination: 'default', gateway: '198.51.100.2', device: 'bond0', source: undefined },
    { destination: '10.0.0.0/8', gateway: '10.80.0.2', device: 'bond0', source: undefined },
  );
}
