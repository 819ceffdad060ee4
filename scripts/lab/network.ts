/**
 * The wires of a facility: a router in a namespace of its own, the coordinator's namespace, and for each machine a veth
 * pair whose ends are `bond0` in the machine and a link of the router. Machines are no neighbours: every packet between
 * them is routed. No address, link or rule is ever made in the host's own namespace, so labs share nothing.
 */
import { readdir } from 'node:fs/promises';
import { hasSystemCode } from '../../shared/errors.ts';
import type { Children } from './child.ts';
import type { AddressBlocks } from './facility/blocks.ts';
import type { MachineOrder } from './facility/machines.ts';
import { RESOLVER } from './interfaces.ts';
import type { MachineNames, Names } from './names.ts';

/** Where every machine of Packet finds its metadata. */
export const METADATA = '192.80.8.124';
/** Documentation addresses serve as public ones (RFC 5737, RFC 3849). */
export const BLOCKS: AddressBlocks = {
  public4: '198.51.100.0/24',
  private4: '10.80.0.0/24',
  public6: '2001:db8:0:100::/56',
  elastic4: '203.0.113.0/24',
};
/** Slot 0 of the public block, which no device gets. */
export const COORDINATOR = { address: '198.51.100.1', gateway: '198.51.100.0' } as const;

const NAMESPACES = '/run/netns';

/** Lines for `ip -batch` in the router's namespace. */
export function wireRouter(names: Names): string {
  return lines([
    'link set lo up',
    `addr add ${METADATA}/32 dev lo`,
    `addr add ${RESOLVER}/32 dev lo`,
    `link add coordinator type veth peer name eth0 netns ${names.coordinator}`,
    `addr add ${COORDINATOR.gateway}/31 dev coordinator`,
    'link set coordinator up',
  ]);
}

/** Lines for `ip -batch` in the coordinator's namespace. */
export function wireCoordinator(): string {
  return lines([
    'link set lo up',
    `addr add ${COORDINATOR.address}/31 dev eth0`,
    'link set eth0 up',
    `route add default via ${COORDINATOR.gateway}`,
  ]);
}

/**
 * Lines for `ip -batch` in the router's namespace: a pair with a bare `bond0` in the machine's namespace, and the
 * gateways of its addresses at the router. The machine's own files give `bond0` its addresses.
 */
export function wireMachine(machine: MachineNames, order: MachineOrder): string {
  const link = machine.routerLink;
  const mac = order.macs[0] === undefined ? '' : ` address ${order.macs[0]}`;
  return lines([
    `link add ${link} type veth peer name bond0${mac} netns ${machine.name}`,
    ...order.addresses.map(
      (row) => `addr add ${row.gateway}/${row.cidr} dev ${link}${row.family === 6 ? ' nodad' : ''}`,
    ),
    `link set ${link} up`,
  ]);
}

function lines(list: readonly string[]): string {
  return list.map((line) => `${line}\n`).join('');
}

/** Makes router and coordinator. A namespace that is there already is an error: `removeNetwork` comes first. */
export async function makeNetwork(names: Names, children: Children): Promise<void> {
  await children.need(['ip', 'netns', 'add', names.router]);
  await children.need(['ip', 'netns', 'add', names.coordinator]);
  const forwarding = ['net.ipv4.ip_forward=1', 'net.ipv6.conf.all.forwarding=1'];
  await children.need(['ip', 'netns', 'exec', names.router, 'sysctl', '-q', '-w', ...forwarding]);
  await children.need(['ip', '-n', names.router, '-batch', '-'], { input: wireRouter(names) });
  await children.need(['ip', '-n', names.coordinator, '-batch', '-'], { input: wireCoordinator() });
}

/** Names of the network namespaces that belong to the lab. */
export async function listNamespaces(prefix: string): Promise<readonly string[]> {
  const names = await readdir(NAMESPACES).catch((thrown: unknown) => {
    if (hasSystemCode(thrown, 'ENOENT')) return [];
    throw thrown;
  });
  return names.filter((name) => name.startsWith(prefix)).sort();
}

/** Removes every namespace whose name begins so, and with them all links, addresses, routes and rules inside. */
export async function removeNetwork(prefix: string, children: Children): Promise<void> {
  for (const name of await listNamespaces(prefix)) await children.need(['ip', 'netns', 'del', name]);
}

/** The command that runs `argv` in a network namespace and in no other: `ip netns exec` would hide the control groups. */
export function inNamespace(namespace: string, argv: readonly string[]): readonly string[] {
  return ['nsenter', `--net=${NAMESPACES}/${namespace}`, '--', ...argv];
}
