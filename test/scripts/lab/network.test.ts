import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { cutAddresses } from '../../../scripts/lab/facility/blocks.ts';
import type { MachineOrder } from '../../../scripts/lab/facility/machines.ts';
import { listFirstBootFiles, renderInterfaces } from '../../../scripts/lab/interfaces.ts';
import { nameInstance, nameMachine } from '../../../scripts/lab/names.ts';
import {
  BLOCKS,
  COORDINATOR,
  inNamespace,
  wireCoordinator,
  wireMachine,
  wireRouter,
} from '../../../scripts/lab/network.ts';
import { renderHosts } from '../../../scripts/lab/orders.ts';

const names = nameInstance('main');

function orderWith(hasPublic4: boolean): MachineOrder {
  return {
    id: '0a1b2c3d-0000-4000-8000-000000000000',
    hostname: 'n1.example.org',
    os: 'debian_12',
    plan: 'c2.medium.x86',
    macs: ['02:00:00:00:00:01'],
    addresses: cutAddresses(BLOCKS, 3, '2026-01-01T00:00:00Z', hasPublic4),
    sshKeys: ['ssh-ed25519 AAAA one', 'ssh-ed25519 AAAA two'],
  };
}

describe('the wires of a machine', () => {
  const order = orderWith(true);

  it('are a bare bond0 with the first MAC, and its gateways at the router', () => {
    assert.deepEqual(wireMachine(nameMachine(names, order.id), order).split('\n'), [
      'link add m-0a1b2c3d type veth peer name bond0 address 02:00:00:00:00:01 netns vent.main.0a1b2c3d',
      'addr add 198.51.100.6/31 dev m-0a1b2c3d',
      'addr add 2001:db8:0:100::6/127 dev m-0a1b2c3d nodad',
      'addr add 10.80.0.6/31 dev m-0a1b2c3d',
      'link set m-0a1b2c3d up',
      '',
    ]);
  });

  it('never name a namespace that is not the lab’s', () => {
    const text = [wireRouter(names), wireCoordinator(), wireMachine(nameMachine(names, order.id), order)].join('');
    for (const [, namespace] of text.matchAll(/netns (\S+)/g)) assert.ok(namespace?.startsWith(names.prefix));
  });

  it('leave slot 0 of the public block to the coordinator', () => {
    const [first] = cutAddresses(BLOCKS, 0, '');
    assert.deepEqual({ address: first?.address, gateway: first?.gateway }, COORDINATOR);
    assert.match(wireCoordinator(), /route add default via 198\.51\.100\.0\n/);
    assert.match(wireRouter(names), /addr add 198\.51\.100\.0\/31 dev coordinator\n/);
  });
});

describe('/etc/network/interfaces', () => {
  it('gives bond0 the public addresses, bond0:0 the private one, and 10/8 by the private gateway', () => {
    const text = renderInterfaces(orderWith(true));
    assert.match(
      text,
      /auto bond0\niface bond0 inet static\n {4}address 198\.51\.100\.7\n {4}netmask 255\.255\.255\.254\n/,
    );
    assert.match(text, /iface bond0 inet6 static\n {4}address 2001:db8:0:100::7\n {4}netmask 127\n/);
    assert.match(text, /auto bond0:0\niface bond0:0 inet static\n {4}address 10\.80\.0\.7\n/);
    assert.match(text, /post-up route add -net 10\.0\.0\.0\/8 gw 10\.80\.0\.6\n/);
    assert.equal(text.match(/^ {4}gateway 198/gm)?.length, 1);
  });

  it('gives a machine without public address its private one on bond0, with the default route, and no bond0:0', () => {
    const text = renderInterfaces(orderWith(false));
    assert.match(
      text,
      /iface bond0 inet static\n {4}address 10\.80\.0\.7\n {4}netmask \S+\n {4}gateway 10\.80\.0\.6\n/,
    );
    assert.doesNotMatch(text, /bond0:0|inet6/);
  });

  it('has no stanza of a slave: the kernel need not be able to bond', () => {
    assert.doesNotMatch(renderInterfaces(orderWith(true)), /iface eth|bond-master/);
  });
});

describe('a fresh disk', () => {
  const text = (path: string): string | undefined =>
    listFirstBootFiles(orderWith(true)).find((file) => file.path === path)?.text;

  it('knows its name, its own id and the keys of root', () => {
    assert.equal(text('etc/hostname'), 'n1.example.org\n');
    assert.match(text('etc/hosts') ?? '', /^127\.0\.0\.1 localhost n1\.example\.org n1\n/);
    assert.equal(text('etc/machine-id'), '0a1b2c3d000040008000000000000000\n');
    assert.equal(text('root/.ssh/authorized_keys'), 'ssh-ed25519 AAAA one\nssh-ed25519 AAAA two\n');
  });

  it('asks the resolver that the router has', () => {
    const resolver = /nameserver (\S+)/.exec(text('etc/resolv.conf') ?? '')?.[1] ?? '';
    assert.ok(wireRouter(names).includes(`addr add ${resolver}/32 dev lo`));
  });
});

describe('the resolver’s hosts', () => {
  it('have the private address of each machine', () => {
    assert.equal(renderHosts([orderWith(true)]), '10.80.0.7 n1.example.org\n');
  });
});

describe('a command in a namespace', () => {
  it('leaves every other namespace as it is', () => {
    assert.deepEqual(inNamespace('vent.main.router', ['ip', 'link']), [
      'nsenter',
      '--net=/run/netns/vent.main.router',
      '--',
      'ip',
      'link',
    ]);
  });
});
