/** The files that Packet's installer writes on a fresh disk (packethost/packet-networking, Debian, bonded). */
import type { MachineOrder } from './facility/machines.ts';
import type { AddressRow } from './facility/records.ts';

/** Beside the metadata service on the router's loopback; of TEST-NET-1, so that no real one is meant. */
export const RESOLVER = '192.0.2.53';

export interface FirstBootFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

interface OrderedAddresses {
  readonly public4: AddressRow | undefined;
  readonly public6: AddressRow | undefined;
  readonly private4: AddressRow | undefined;
}

/** Sorts out the management addresses of an order; each kind is there once or not at all. */
export function sortAddresses(addresses: readonly AddressRow[]): OrderedAddresses {
  const find = (family: 4 | 6, isPublic: boolean): AddressRow | undefined =>
    addresses.find((address) => address.family === family && address.public === isPublic);
  return { public4: find(4, true), public6: find(6, true), private4: find(4, false) };
}

/**
 * /etc/network/interfaces as Packet has it, but for the two stanzas that enslave eth0 and eth1: `bond0` is a veth here,
 * since a lab's kernel need not be able to bond. ifupdown leaves the bond-* words to programs that are not installed.
 */
export function renderInterfaces(order: Pick<MachineOrder, 'addresses' | 'macs'>): string {
  const { public4, public6, private4 } = sortAddresses(order.addresses);
  const first = public4 ?? private4;
  if (first === undefined) return 'auto lo\niface lo inet loopback\n';
  const stanzas = [
    'auto lo\niface lo inet loopback\n',
    [
      'auto bond0',
      'iface bond0 inet static',
      `    address ${first.address}`,
      `    netmask ${first.netmask}`,
      `    gateway ${first.gateway}`,
      `    dns-nameservers ${RESOLVER}`,
      '    bond-downdelay 200',
      '    bond-miimon 100',
      '    bond-mode 4',
      '    bond-updelay 200',
      '    bond-xmit_hash_policy layer3+4',
      '    bond-lacp-rate 1',
      '    bond-slaves eth0 eth1',
      '',
    ].join('\n'),
    ...(public6 === undefined ? [] : [renderVersion6(public6)]),
    ...(public4 === undefined || private4 === undefined ? [] : [renderPrivate(private4)]),
  ];
  return stanzas.join('\n');
}

function renderVersion6(row: AddressRow): string {
  return `iface bond0 inet6 static\n    address ${row.address}\n    netmask ${row.cidr}\n    gateway ${row.gateway}\n`;
}

function renderPrivate(row: AddressRow): string {
  return [
    'auto bond0:0',
    'iface bond0:0 inet static',
    `    address ${row.address}`,
    `    netmask ${row.netmask}`,
    `    post-up route add -net 10.0.0.0/8 gw ${row.gateway}`,
    `    post-down route del -net 10.0.0.0/8 gw ${row.gateway}`,
    '',
  ].join('\n');
}

/** What a fresh disk holds beside the tree; later boots find what the machine itself has made of it. */
export function listFirstBootFiles(order: MachineOrder): readonly FirstBootFile[] {
  const short = order.hostname.split('.', 1)[0] ?? order.hostname;
  const names = short === order.hostname ? short : `${order.hostname} ${short}`;
  return [
    { path: 'etc/hostname', text: `${order.hostname}\n`, mode: 0o644 },
    { path: 'etc/hosts', text: `127.0.0.1 localhost ${names}\n::1 localhost ip6-localhost\n`, mode: 0o644 },
    // Made of the device's id as the facility's own, so that it is one machine's and stays when the disk is looked at.
    { path: 'etc/machine-id', text: `${order.id.replaceAll('-', '')}\n`, mode: 0o444 },
    { path: 'etc/resolv.conf', text: `nameserver ${RESOLVER}\n`, mode: 0o644 },
    { path: 'etc/network/interfaces', text: renderInterfaces(order), mode: 0o644 },
    { path: 'root/.ssh/authorized_keys', text: order.sshKeys.map((key) => `${key}\n`).join(''), mode: 0o600 },
  ];
}
