/** What can be seen of a machine from inside, as far as Vent and the programs it starts change it. */
import type { Lab } from '../../scripts/lab/lab.ts';
import { outputOf } from './lab.ts';

/** Each prints lines; those that are equal before and after show that nothing was left. */
const QUESTIONS = {
  // Folders that others write to at any time are left out, and what only the time of a boot changes.
  files: `find /etc /opt /usr/local /usr/libexec /var/lib /run -xdev \
    \\( -path /var/lib/apt -o -path /var/lib/dpkg -o -path /var/lib/cloud -o -path '/var/lib/systemd/*' -o -path '/run/systemd/*' \
    -o -path '/run/udev/*' -o -path '/run/log/*' -o -path '/run/user/*' -o -path '/run/cloud-init/*' -o -path '/run/credentials/*' \\) \
    -prune -o -printf '%p %y %m %u\\n'`,
  contents: `find /etc -xdev -type f -not -path '/etc/.pwd.lock' -not -name '*-' | xargs -d '\\n' sha256sum`,
  processes: `ps -eo args= | grep -vE '^\\[|^(ps|sh|grep|sort|sed|systemd-)|/lib/systemd/|nspawn' || true`,
  mounts: 'cut -d " " -f 2,3 /proc/self/mounts',
  namespaces: 'ls /run/netns 2>/dev/null || true',
  links: "ip -o link | sed -E 's/^[0-9]+: ([^:@]+).*/\\1/'",
  addresses: "ip -4 -o address | awk '{print $2, $4, $NF}' | sed -E 's/ [0-9]+sec| forever//'",
  routes: 'ip -4 route show table all',
  tables: 'nft list ruleset',
  units:
    "systemctl list-units --all --plain --no-legend 'vent*' 'kube*' containerd.service flanneld.service etcd.service",
  unitFiles: 'systemctl list-unit-files --plain --no-legend',
  sysctls: "sysctl -a 2>/dev/null | grep -E '^net\\.ipv4\\.(ip_forward|conf\\.(all|default|bond0|lo)\\.)'",
  users: 'cut -d: -f1 /etc/passwd /etc/group',
} as const;

/** Lines by question. */
export type MachineSnapshot = Readonly<Record<string, readonly string[]>>;

export async function snapshotMachine(lab: Lab, machine: string): Promise<MachineSnapshot> {
  const snapshot: Record<string, readonly string[]> = {};
  // One after the other, or they would see each other.
  for (const [name, line] of Object.entries(QUESTIONS)) {
    const lines = (await outputOf(lab, machine, ['sh', '-c', line])).split('\n').map((one) => one.trim());
    snapshot[name] = lines.filter((one) => one !== '').toSorted();
  }
  return snapshot;
}
