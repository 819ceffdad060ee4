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

/** What the interface's script does where the gateway answers; that it is really so is for a real machine to show. */
function moveAddress(host: FakeHost): void {
  const { links, routes, runLine } = host.networking;
  const record = '/run/vent/interfaces/vent0.undo';
  const lines = [
    'address replace 10.80.0.3/31 dev bond0 label bond0:0',
    'route replace 10.0.0.0/8 via 10.80.0.2 dev bond0',
  ];
  if (links.get('bond0')?.addresses.some(({ address }) => address === '10.80.0.3') !== true) lines.forEach(runLine);
  host.tree.putFile(record, `${lines.join('\n')}\n`);
  if (!links.has('vent0')) runLine('link add vent0 link bond0 address 02:00:00:00:00:02 type macvlan mode bridge');
  for (const link of ['bond0', 'vent0']) host.sysctls.set(`net.ipv4.conf.${link}.arp_ignore`, '1');
  runLine('address replace 10.80.0.3/31 dev vent0');
  runLine('link set dev vent0 up');
  for (const { gateway, destination } of routes.filter((route) => route.gateway === '10.80.0.2'))
    runLine(`route replace ${destination} via ${gateway} dev vent0`);
  runLine('address delete 10.80.0.3/31 dev bond0');
}

describeKinds('fake', async (): Promise<KindMachine> => {
  const host = createFakeHost();
  wire(host);
  await host.files.makeDirectory('/run/vent/interfaces', { mode: '0700', owner: 'root:root' });
  host.programs.set('/bin/sh /etc/vent/interfaces/vent0.sh', () => moveAddress(host));
  host.loadable.add('overlay');
  host.mirror.add('socat');
  const clock = createEagerClock();
  const supply = createFakeSupply(clock);
  const kinds = createKinds({ supply, clock });
  return { host, clock, supply, kinds, snapshot: async () => host.snapshot(), close: async () => undefined };
});
