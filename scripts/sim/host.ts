/** A machine of the simulation: the fake host that the laws hold, furnished so that a whole document can be had on it. */
import { createFakeHost, type FakeHost } from '../../agent/host/fake/host.ts';
import { wireLikePacket } from '../../agent/host/fake/wiring.ts';
import type { Answer, Host } from '../../agent/host/host.ts';

export interface SimHost {
  readonly host: Host;
  readonly fake: FakeHost;
}

export interface SimHostOptions {
  readonly privateAddress: string;
  readonly gateway: string;
  /** Answers at the gateway of the member of etcd on this machine. */
  etcd(url: string, body: string): Answer | undefined;
  /** The way back ran: systemd starts the agent anew. */
  onRollback(): void;
}

const ROLLBACK = 'vent-rollback.service';

/** Two addresses on one interface, as Packet gives them, and everything that waits for another program answered. */
export function createSimHost({ privateAddress, gateway, etcd, onRollback }: SimHostOptions): SimHost {
  const fake = createFakeHost();
  wireLikePacket(fake.networking, { address: privateAddress, gateway });
  const overlay = {
    name: 'flannel.1',
    mac: '02:00:00:00:00:01',
    mtu: 1500,
    up: true,
    type: 'vxlan',
    parent: undefined,
  };
  fake.responders.set('https://', etcd);
  fake.networking.links.set(overlay.name, { ...overlay, addresses: [] });
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
    connections: {
      connects: async () => true,
      get: async () => 200,
      post: async (url, body) => etcd(url, body),
      stream: fake.connections.stream,
    },
  };
  return { host, fake };
}
