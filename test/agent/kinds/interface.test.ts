import assert from 'node:assert/strict';
import { beforeEach, describe, it } from 'node:test';
import { createFakeHost, type FakeHost } from '../../../agent/host/fake/host.ts';
import type { Link } from '../../../agent/host/host.ts';
import type { Step } from '../../../agent/kind.ts';
import { createInterfaceKind } from '../../../agent/kinds/interface.ts';
import { VENT0 } from '../vent0.ts';

const PRIVATE = { address: '10.80.0.3', prefix: 31, label: 'bond0:0' };
const SIGNAL = new AbortController().signal;

function bond(...addresses: Link['addresses']): Link {
  return { name: 'bond0', mac: '02:00:00:00:00:01', mtu: 1500, up: true, type: 'bond', parent: undefined, addresses };
}

describe('kind interface', () => {
  const kind = createInterfaceKind();
  let host: FakeHost;

  beforeEach(() => {
    host = createFakeHost();
    host.networking.links.set('bond0', bond({ address: '198.51.100.3', prefix: 31, label: undefined }, PRIVATE));
    host.networking.runLine('route add default via 198.51.100.2 dev bond0');
    host.networking.runLine('route add 10.0.0.0/8 via 10.80.0.2 dev bond0');
  });

  const plan = (): Promise<readonly Step[]> => kind.plan(VENT0, host, { inputsOf: () => [] });
  const apply = async (steps: readonly Step[]): Promise<void> => {
    for (const step of steps) await step.apply(host, SIGNAL);
  };
  const sentences = (steps: readonly Step[]): readonly string[] => steps.map(({ sentence }) => sentence);
  const deviceOf = (destination: string): string | undefined =>
    host.networking.routes.find((route) => route.destination === destination)?.device;

  it('says what moves', async () => {
    assert.deepEqual(sentences(await plan()), [
      'write /etc/vent/interfaces/vent0.sh (0755 root:root): missing',
      'write /etc/systemd/system/vent-interface-vent0.service (0644 root:root): missing',
      'reload systemd: vent-interface-vent0.service changed',
      'enable vent-interface-vent0.service: not enabled',
      'move 10.80.0.3/31 and 1 route from bond0 to vent0',
    ]);
  });

  it('leaves routes of other gateways where they are', async () => {
    await apply(await plan());
    assert.equal(deviceOf('default'), 'bond0');
    assert.equal(deviceOf('10.0.0.0/8'), 'vent0');
  });

  it('takes the default route along where the private address is the only one', async () => {
    host.networking.links.set('bond0', bond(PRIVATE));
    host.networking.runLine('route replace default via 10.80.0.2 dev bond0');
    const steps = await plan();
    assert.equal(sentences(steps).at(-1), 'move 10.80.0.3/31 and 2 routes from bond0 to vent0');
    await apply(steps);
    assert.equal(deviceOf('default'), 'vent0');
    await apply(await kind.remove(VENT0, host, []));
    assert.equal(deviceOf('default'), 'bond0');
    assert.deepEqual(host.networking.links.get('bond0')?.addresses, [PRIVATE]);
  });

  it('sees ifup giving the address back to the parent', async () => {
    await apply(await plan());
    host.networking.runLine('address add 10.80.0.3/31 dev bond0 label bond0:0');
    assert.deepEqual(sentences(await plan()), ['move 10.80.0.3/31 from bond0 to vent0']);
    await apply(await plan());
    assert.deepEqual(await plan(), []);
  });

  it('sees a route that was led over the parent again', async () => {
    await apply(await plan());
    host.networking.runLine('route replace 10.0.0.0/8 via 10.80.0.2 dev bond0');
    assert.deepEqual(sentences(await plan()), ['move 1 route from bond0 to vent0']);
  });

  it('sees ARP answers being loosened', async () => {
    await apply(await plan());
    host.sysctls.set('net.ipv4.conf.bond0.arp_ignore', '0');
    assert.deepEqual(sentences(await plan()), ['limit ARP answers of bond0 to their own addresses']);
  });

  it('runs its unit where it failed at boot although all is in place', async () => {
    await apply(await plan());
    host.systemd.fail('vent-interface-vent0.service');
    assert.deepEqual(sentences(await plan()), ['run vent-interface-vent0.service: it is failed']);
  });

  it('refuses a name that something else has, and a parent that is not there', async () => {
    host.networking.links.set('vent0', { ...bond(), name: 'vent0', type: 'veth' });
    await assert.rejects(plan(), { code: 'CONFLICT', message: 'cannot make vent0: veth has this name' });
    host.networking.links.clear();
    await assert.rejects(plan(), { code: 'HOST_UNSUPPORTED' });
  });

  it('gives back what came later, too, and what the record knows better', async () => {
    await apply(await plan());
    host.networking.runLine('route add 192.168.7.0/24 via 10.80.0.2 dev vent0');
    const [disable, stop, , , back] = await kind.remove(VENT0, host, []);
    assert.match(`${disable?.sentence} ${stop?.sentence}`, /^disable vent-\S+ stop vent-\S+$/);
    assert.equal(back?.sentence, 'move 10.80.0.3/31 and 2 routes from vent0 back to bond0');
    await apply(await kind.remove(VENT0, host, []));
    assert.equal(deviceOf('192.168.7.0/24'), 'bond0');
    assert.equal(host.networking.links.has('vent0'), false);
    assert.deepEqual(host.networking.links.get('bond0')?.addresses.at(-1), PRIVATE);
    assert.equal(host.sysctls.get('net.ipv4.conf.bond0.arp_ignore'), '0');
  });
});
