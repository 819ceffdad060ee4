/**
 * The script that takes a change back, from what was kept of the machine before it. Pure.
 *
 * INVARIANTS
 * - It needs a shell, coreutils, systemctl, ip and nft, and nothing of the agent's.
 * - It may be run again at any time, also after it was cut off.
 * - Files come back in the reverse order of the change, so that a directory is there before what lay in it.
 */
import { COPIES } from './places.ts';
import type { Kept } from './records.ts';

type KeptOf<T extends Kept['type']> = Extract<Kept, { type: T }>;

const FUNCTIONS = `# copy mode owner path: a file as it was, put in place by rename.
put_back() {
  mkdir -p "\${4%/*}"
  cp "$copies/$1" "\${4%/*}/.vent-undo" && chown "$3" "\${4%/*}/.vent-undo" && chmod "$2" "\${4%/*}/.vent-undo" &&
    mv -fT "\${4%/*}/.vent-undo" "$4"
}
# target path
link_back() {
  mkdir -p "\${2%/*}"
  ln -sfn "$1" "\${2%/*}/.vent-undo" && mv -fT "\${2%/*}/.vent-undo" "$2"
}
# mode owner path
make_back() { mkdir -p "$3" && chown "$2" "$3" && chmod "$1" "$3"; }
# path: was not there
take_away() {
  if [ -d "$1" ] && [ ! -L "$1" ]; then rmdir "$1" 2>/dev/null; else rm -f "$1"; fi
}
# key value
set_back() { printf '%s\\n' "$2" >"/proc/sys/$(printf %s "$1" | tr ./ /.)"; }
# Routes as they were printed before the change: what comes and goes with a cable is no part of them.
routes_now() { ip -4 route show table main | sed 's/ \\(linkdown\\|dead\\|offload\\|trap\\)//g; s/ *$//' | grep -v '^[[:space:]]'; }
# Links of pods and of the overlay, whose routes are not the machine's own.
pod_links() { for kind in bridge vxlan; do ip -o link show type "$kind"; done | sed 's/^[0-9]*: \\([^:@]*\\).*/\\1/'; }
# copy links: addresses, routes and tables as they were; the copies follow each other, and links that were not there go
restore_network() {
  while read -r line; do ip -4 address add $line brd + 2>/dev/null; done <"$copies/$1"
  while read -r line; do ip -4 route replace $line; done <"$copies/$(($1 + 1))"
  routes_now | grep -vxFf "$copies/$(($1 + 1))" | grep -v ' proto kernel' | while read -r line; do
    for link in $(pod_links); do case "$line " in *" dev $link "*) continue 2 ;; esac; done
    ip -4 route delete $line
  done
  for link in $(ip -o link show type macvlan | sed 's/^[0-9]*: \\([^:@]*\\).*/\\1/'); do
    case " $2 " in *" $link "*) ;; *) ip link delete "$link" ;; esac
  done
  # Routes over a link that has just gone went with it.
  while read -r line; do ip -4 route replace $line; done <"$copies/$(($1 + 1))"
  nft -f "$copies/$(($1 + 2))"
  # The routers may have learnt another MAC: asking them teaches them the right one.
  for gateway in $(sed -n 's/.* via \\([^ ]*\\) .*/\\1/p' "$copies/$(($1 + 1))" | sort -u); do
    ip neighbour flush to "$gateway" 2>/dev/null
    ping -c 1 -W 1 "$gateway" >/dev/null 2>&1 &
  done
  wait
}
`;

/** A word of a POSIX shell that stands for exactly this text. */
export function quote(text: string): string {
  return /^[A-Za-z0-9_./:@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param of what is taken back, for people: `generation 8` @param kept oldest first */
export function renderUndo(of: string, kept: readonly Kept[]): string {
  const find = <T extends Kept['type']>(type: T): readonly KeptOf<T>[] =>
    kept.filter((one): one is KeptOf<T> => one.type === type);
  const [units, enabled] = [find('unit'), find('enabled')];
  const wereActive = units.filter(({ active }) => active).map(({ name }) => name);
  const isOwn = (name: string): boolean => name.startsWith('vent-');
  const stop = units.filter(({ active }) => !active).toReversed();
  return [
    '#!/bin/sh',
    `# Written by Vent before each change that ${of} makes. Takes the machine back to what it was before them.`,
    '# It needs nothing of the agent; it may be run by hand, and again.',
    'set -u',
    'export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'umask 077',
    `copies=${COPIES}`,
    '',
    FUNCTIONS,
    ...stop.map(({ name }) => `timeout 60 systemctl stop ${quote(name)}`),
    ...enabled.filter((one) => !one.enabled).map(({ name }) => `systemctl disable ${quote(name)}`),
    ...kept.toReversed().flatMap(restore),
    'systemctl daemon-reload',
    ...enabled.filter((one) => one.enabled).map(({ name }) => `systemctl enable ${quote(name)}`),
    // Vent's own one-shots are what the network rests on.
    ...wereActive.filter(isOwn).map((name) => `timeout 60 systemctl restart ${quote(name)}`),
    ...find('network').map(({ copy, links }) => `restore_network ${copy} ${quote(links.join(' '))}`),
    ...wereActive.filter((name) => !isOwn(name)).map((name) => `systemctl restart --no-block ${quote(name)}`),
    'sync',
    'exit 0',
    '',
  ].join('\n');
}

function restore(kept: Kept): readonly string[] {
  switch (kept.type) {
    case 'file':
      return [`put_back ${kept.copy} ${kept.mode} ${quote(kept.owner)} ${quote(kept.path)}`];
    case 'link':
      return [`link_back ${quote(kept.target)} ${quote(kept.path)}`];
    case 'directory':
      return [`make_back ${kept.mode} ${quote(kept.owner)} ${quote(kept.path)}`];
    case 'absent':
      return [`take_away ${quote(kept.path)}`];
    case 'sysctl':
      return [`set_back ${quote(kept.key)} ${quote(kept.value)}`];
    case 'unit':
    case 'enabled':
    case 'network':
      return [];
  }
}
