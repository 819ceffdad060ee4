/** What the root tree of every machine is made of. A change here makes another tree; the old ones stay in the cache. */
import { METADATA } from './network.ts';

export const SUITE = 'bookworm';

/** Given to debootstrap. */
export const BASE_PACKAGES = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'systemd-timesyncd',
  'iproute2',
  'iptables',
  'nftables',
  'kmod',
  'procps',
  'ca-certificates',
  'curl',
  'conntrack',
  'socat',
  'ethtool',
  'iputils-ping',
  'openssl',
  'net-tools',
] as const;

/** Installed afterwards by apt: debootstrap does not understand the virtual packages that these depend on. */
export const LATER_PACKAGES = ['cloud-init', 'ifupdown', 'busybox-static'] as const;

/** Nothing of a machine needs these, and some would reach for the host (binfmt_misc, virtual terminals). */
const MASKED_UNITS = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'cloud-init-hotplugd.socket',
  'console-getty.service',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'getty.target',
  'proc-sys-fs-binfmt_misc.automount',
  'sys-kernel-debug.mount',
  'sys-kernel-tracing.mount',
  'systemd-binfmt.service',
  'systemd-pstore.service',
] as const;

/** Settings of the whole kernel, which a machine shares with the host: Debian's are not applied a second time from inside. */
const MASKED_SYSCTLS = ['50-pid-max.conf', '99-protect-links.conf'] as const;

/**
 * What Packet's installer makes of cloud-init's configuration (tinkerbell/osie docker/scripts/osie.sh): phone-home comes
 * before the user's script. The last three lines are the lab's: a machine has no disk of its own to grow, and no locales
 * to choose from.
 */
const CLOUD_CONFIG = `datasource_list: [Ec2]
datasource:
  Ec2:
    timeout: 60
    max_wait: 120
    metadata_urls: ['http://${METADATA}']
    dsmode: net
    strict_id: false
network: {config: disabled}
phone_home:
  url: http://${METADATA}/phone-home
  post: [instance_id]
  tries: 5
disable_root: 0
ssh_pwauth: 0
package_update: false
package_upgrade: false
package_reboot_if_required: false
preserve_hostname: false
apt: {preserve_sources_list: true}
users: []
cloud_init_modules:
  - migrator
  - bootcmd
  - write-files
  - growpart
  - resizefs
  - update_hostname
  - update_etc_hosts
  - users-groups
  - rsyslog
  - ssh
cloud_config_modules:
  - mounts
  - locale
  - set-passwords
  - apt-configure
  - package-update-upgrade-install
  - timezone
  - puppet
  - chef
  - salt-minion
  - mcollective
  - runcmd
cloud_final_modules:
  - phone-home
  - scripts-per-once
  - scripts-per-boot
  - scripts-per-instance
  - scripts-user
  - ssh-authkey-fingerprints
  - keys-to-console
  - final-message
system_info:
  distro: debian
  paths:
    cloud_dir: /var/lib/cloud/
    templates_dir: /etc/cloud/templates/
  ssh_svcname: ssh
growpart: {mode: 'off'}
resize_rootfs: false
locale: false
`;

/** On cgroup v1 systemd-nspawn mounts the hierarchies read-only, and kubelet makes groups in every one. */
const CGROUPS_UNIT = `[Unit]
Description=Let this machine write its control groups
DefaultDependencies=no
ConditionPathIsDirectory=/sys/fs/cgroup/systemd
Before=sysinit.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'for d in /sys/fs/cgroup/*/; do mount -o remount,bind,rw,nosuid,nodev,noexec "$d"; done'

[Install]
WantedBy=sysinit.target
`;

export interface TreeFile {
  readonly path: string;
  readonly text: string;
}

export interface TreeLink {
  readonly path: string;
  readonly target: string;
}

export const FILES: readonly TreeFile[] = [
  { path: 'etc/cloud/cloud.cfg', text: CLOUD_CONFIG },
  { path: 'etc/systemd/system/lab-cgroups.service', text: CGROUPS_UNIT },
  // A machine has no way to a mirror: an update that fetched nothing has failed, and one attempt shows it.
  { path: 'etc/apt/apt.conf.d/90lab', text: 'APT::Update::Error-Mode "any";\nAcquire::Retries "0";\n' },
  { path: 'etc/systemd/journald.conf.d/lab.conf', text: '[Journal]\nStorage=persistent\nSystemMaxUse=200M\n' },
];

export const LINKS: readonly TreeLink[] = [
  ...MASKED_UNITS.map((unit) => ({ path: `etc/systemd/system/${unit}`, target: '/dev/null' })),
  ...MASKED_SYSCTLS.map((name) => ({ path: `etc/sysctl.d/${name}`, target: '/dev/null' })),
  {
    path: 'etc/systemd/system/sysinit.target.wants/lab-cgroups.service',
    target: '/etc/systemd/system/lab-cgroups.service',
  },
  { path: 'var/lib/dbus/machine-id', target: '/etc/machine-id' },
];

/** Contents that a machine never reads and every copy would pay for. */
export const EMPTIED = [
  'usr/share/doc',
  'usr/share/man',
  'usr/share/info',
  'usr/share/locale',
  'var/cache/apt',
  'var/cache/debconf',
  'var/lib/apt/lists',
  'var/log/apt',
] as const;
