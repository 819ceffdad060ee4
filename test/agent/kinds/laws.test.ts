import { createFakeSupply } from '../../../agent/fake/supply.ts';
import { createFakeHost, type FakeHost } from '../../../agent/host/fake/host.ts';
import { createKinds } from '../../../agent/kinds/index.ts';
import { createEagerClock } from '../../../shared/fake-clock.ts';
import { describeKinds } from '../../laws/kind.ts';
import type { KindMachine } from '../../laws/kind-machine.ts';

/** Two addresses on one interface, as Packet gives them. */
function wire(host: FakeHost): void {
  host.networking.links.set('bond0', {
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
  host.networking.routes.push(
    { destination: 'default', gateway: '198.51.100.2', device: 'bond0', source: undefined },
    { destination: '10.0.0.0/8', gateway: '10.80.0.2', device: 'bond0', source: undefined },
  );
}

describeKinds('fake', async (): Promise<KindMachine> => {
  const host = createFakeHost();
  wire(host);
  host.loadable.add('overlay');
  host.mirror.add('socat');
  const clock = createEagerClock();
  const supply = createFakeSupply(clock);
  const kinds = createKinds({ supply, clock });
  return { host, clock, supply, kinds, snapshot: async () => host.snapshot(), close: async () => undefined };
});
