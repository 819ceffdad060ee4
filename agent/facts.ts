/** Facts read off the texts of /proc; pure, so that any machine's can be tested. Reading them is host/linux/facts.ts. */
import type { FactLink } from '../shared/facts.ts';
import type { Link } from './host/host.ts';

/** Bit numbers of linux/capability.h, as far as what Vent runs may lack them. */
const CAPABILITIES: Readonly<Record<string, number>> = {
  chown: 0,
  dac_override: 1,
  fowner: 3,
  kill: 5,
  setgid: 6,
  setuid: 7,
  setpcap: 8,
  net_bind_service: 10,
  net_admin: 12,
  net_raw: 13,
  sys_module: 16,
  sys_chroot: 18,
  sys_ptrace: 19,
  sys_admin: 21,
  sys_boot: 22,
  sys_nice: 23,
  sys_resource: 24,
  sys_time: 25,
  mknod: 27,
  audit_write: 29,
  syslog: 34,
  bpf: 39,
};

/** Capabilities outside the bounding set, sorted. @param status text of /proc/self/status */
export function parseMissingCapabilities(status: string): readonly string[] {
  const bounding = BigInt(`0x${/^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? 'ffffffffffffffff'}`);
  return Object.entries(CAPABILITIES)
    .filter(([, bit]) => (bounding & (1n << BigInt(bit))) === 0n)
    .map(([name]) => name)
    .toSorted();
}

/** 2 only where the unified hierarchy is the one at /sys/fs/cgroup. @param mounts text of /proc/mounts */
export function parseCgroup(mounts: string): 1 | 2 {
  const rows = mounts.split('\n').map((line) => line.split(' '));
  return rows.some(([, path, type]) => path === '/sys/fs/cgroup' && type === 'cgroup2') ? 2 : 1;
}

/**
 * Links that carry an address of their own, with what a macvlan over them took: a fact must be the same before and after
 * Vent moved the private address. Loopback and what containers bring are no facts of the machine.
 */
export function factLinks(links: readonly Link[]): readonly FactLink[] {
  return links
    .filter(({ name, type }) => name !== 'lo' && !isAddedOn(type))
    .map((link) => {
      const taken = links.filter(({ type, parent }) => type === 'macvlan' && parent === link.name);
      const addresses = [link, ...taken].flatMap((owner) => owner.addresses);
      return {
        name: link.name,
        mac: link.mac,
        mtu: link.mtu,
        addresses: addresses.map(({ address, prefix }) => ({ address, prefix })),
      };
    })
    .filter(({ addresses }) => addresses.length > 0);
}

function isAddedOn(type: string | undefined): boolean {
  return type === 'bridge' || type === 'vxlan' || type === 'tun' || type === 'macvlan';
}
