/** A machine as it is: what a reboot must bring back. Counters, ages and names that the kernel draws anew are left out. */
import * as z from 'zod';
import type { TestCluster } from './cluster.ts';
import { outputOf } from './lab.ts';

export interface Picture {
  /** Digest and path of every file that is Vent's, its programs included. */
  readonly files: readonly string[];
  readonly links: readonly object[];
  readonly addresses: readonly string[];
  readonly routes: readonly string[];
  /** Tables of Vent, whole. */
  readonly rules: string;
  /** Names of all tables. */
  readonly tables: readonly string[];
  /** What systemd says of each unit of Vent. */
  readonly units: readonly string[];
  readonly sysctls: string;
  /** See listConditions. */
  readonly conditions: readonly string[];
}

const OWNED = `find /etc/vent /etc/kubernetes /etc/etcd /etc/cni/net.d /etc/flannel /etc/containerd /etc/sysctl.d/50-vent.conf \
  /etc/modules-load.d/vent.conf /etc/nftables.d /etc/systemd/system /opt/vent/bin /var/lib/vent -not -type d \
  2>/dev/null | sort | xargs -d '\\n' sha256sum`;
const UNITS = `systemctl list-units --all --plain --no-legend 'vent-*' etcd.service containerd.service flanneld.service \
  kube-apiserver.service kube-controller-manager.service kube-proxy.service kube-scheduler.service kubelet.service`;
const SYSCTLS = `sysctl -e net.ipv4.ip_forward net.bridge.bridge-nf-call-iptables vm.overcommit_memory kernel.panic \
  net.ipv4.conf.bond0.arp_ignore net.ipv4.conf.vent0.arp_ignore`;

const linkSchema = z.object({
  ifname: z.string(),
  link: z.string().optional(),
  mtu: z.number(),
  address: z.string(),
  linkinfo: z.object({ info_kind: z.string(), info_data: z.record(z.string(), z.unknown()).optional() }),
});

/** What `ip -d` says of the interfaces that stand for the machine, not for one of its pods. */
async function describeLinks(sh: (line: string) => Promise<string>): Promise<readonly object[]> {
  const links = await Promise.all(
    ['bond0', 'vent0', 'flannel.1'].map(async (name) => {
      const [link] = z
        .array(linkSchema)
        .parse(JSON.parse(await sh(`ip -j -d link show dev ${name} 2>/dev/null || echo []`)));
      // flannel draws its MAC, and tells the others by its Node's annotation.
      return link === undefined ? [] : [name === 'flannel.1' ? { ...link, address: 'drawn' } : link];
    }),
  );
  return links.flat();
}

/** Without marks of the moment, such as that a bridge has no pod. */
function routeLines(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/ (linkdown|dead)\b/g, '').trim());
  return lines.filter((line) => line !== '').toSorted();
}

export async function takePicture(cluster: TestCluster, machine: string): Promise<Picture> {
  const { lab } = cluster;
  const sh = (line: string): Promise<string> => outputOf(lab, machine, ['sh', '-c', line]);
  return {
    files: (await sh(OWNED)).split('\n'),
    links: await describeLinks(sh),
    addresses: (await sh("ip -4 -o address show | awk '{print $2, $4}'")).split('\n').toSorted(),
    routes: routeLines(await sh('ip -4 route')),
    rules: await sh('nft list table inet vent; nft list table ip vent'),
    tables: (await sh('nft list tables')).split('\n').toSorted(),
    units: (await sh(UNITS)).split('\n').map((line) => line.split(/\s+/).slice(0, 4).join(' ')),
    sysctls: await sh(SYSCTLS),
    conditions: await listConditions(cluster, machine),
  };
}

/** Type, status and reason of each, as the coordinator has them. */
export async function listConditions(cluster: TestCluster, machine: string): Promise<readonly string[]> {
  const view = (await cluster.machines()).find(({ name }) => name === machine);
  return (view?.conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason}`).toSorted();
}

const podsSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      spec: z.object({ nodeName: z.string().optional() }),
      status: z.object({ containerStatuses: z.array(z.object({ restartCount: z.number() })).default([]) }),
    }),
  ),
});

/** How often the containers of each pod have been restarted, by pod, those of one machine or of all others. */
export async function countRestarts(
  cluster: TestCluster,
  isCounted: (machine: string | undefined) => boolean,
): Promise<Readonly<Record<string, number>>> {
  const { items } = podsSchema.parse(JSON.parse(await cluster.kubectl(['get', 'pods', '-A', '-o', 'json'])));
  return Object.fromEntries(
    items
      .filter(({ spec }) => isCounted(spec.nodeName))
      .map(({ metadata, status }) => [
        metadata.name,
        status.containerStatuses.reduce((sum, { restartCount }) => sum + restartCount, 0),
      ]),
  );
}
