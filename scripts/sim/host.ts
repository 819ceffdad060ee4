/** A machine of the simulation: the fake host that the laws hold, furnished so that a whole document can be had on it. */
import { createFakeHost, type FakeHost } from '../../agent/host/fake/host.ts';
import type { Host } from '../../agent/host/host.ts';

export interface SimHost {
  readonly host: Host;
  readonly fake: FakeHost;
}

export interface SimHostOptions {
  readonly privateAddress: string;
  readonly gateway: string;
  /** The way back ran: systemd starts the agent anew. */
  onRollback(): void;
}

const ROLLBACK = 'vent-rollback.service';

/** Two addresses on one interface, as Packet gives them, and everything that waits for another program answered. */
export function createSimHost({ privateAddress, gateway, onRollback }: SimHostOptions): SimHost {
  const fake = createFakeHost();
  wire(fake, privateAddress, gateway);
  const host: Host = {
    ...fake,
    units: {
      ...fake.units,
      async start(name, options) {
        await fake.units.start(name, options);
        if (name === ROLLBACK) onRollback();
        // A member that runs has data.
        if (name === 'etcd.service') fake.tree.putFile('/var/lib/etcd/member/wal', '');
      },
    },
    kernel: {
      ...fake.kernel,
      sysctl: async (key) => (await fake.kernel.sysctl(key)) ?? '0',
      hasModule: async () => true,
    },
    packages: {
      installed: async (names) => new Map(names.map((name) => [name, '1.0'])),
      install: (names) => fake.packages.install(names),
    },
    connections: { connects: async () => true, get: async () => 200, post: async () => undefined },
  };
  return { host, fake };
}

function wire({ networking, tree }: FakeHost, privateAddress: string, gateway: string): void {
  const base = { mac: '02:00:00:00:00:01', mtu: 1500, up: true, parent: undefined };
  networking.links.set('bond0', {
    ...base,
    name: 'bond0',
    type: undefined,
    addresses: [
      { address: '198.51.100.3', prefix: 31, label: undefined },
      { address: privateAddress, prefix: 31, label: 'bond0:0' },
    ],
  });
  networking.links.set('flannel.1', { ...base, name: 'flannel.1', type: 'vxlan', addresses: [] });
  networking.routes.push(
    { destination: 'default', gateway: '198.51.100.2', device: 'bond0', source: undefined },
    { destination: '10.0.0.0/8', gateway, device: 'bond0', source: undefined },
  );
  // Enrolment left nothing to scrub.
  tree.putFile('/var/lib/vent/userdata-scrubbed', '');
}
