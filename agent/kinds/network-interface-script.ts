/** The script behind kind `interface`: what moves the private address at boot, when no agent runs yet. */
import type { ResourceOf } from '../../shared/document.ts';
import { formatRange, parseRange } from '../../shared/spec/cidr.ts';

export const RECORDS = '/run/vent/interfaces';

/** What the parent had before the move, as lines of `ip -batch`; written by the script each time it moves something. */
export function recordPathOf(name: string): string {
  return `${RECORDS}/${name}.undo`;
}

/** The moved subnet, `10.80.0.2/31`: routes through gateways in it move too. */
export function subnetOf({ address, prefix }: ResourceOf<'interface'>): string {
  return formatRange(parseRange(`${address}/${prefix}`));
}

/** What the script is made of; everything that differs between machines is in its variables. */
const FUNCTIONS = `addresses_of() { ip -4 address show dev "$1" to "$address" 2>/dev/null | grep ' inet '; }
routes() { ip -4 route show via "$subnet" | sed 's/ \\(linkdown\\|dead\\|offload\\|trap\\)//g'; }
# Routes as lines of a batch that leads them over interface $1.
routes_over() { routes | sed "s/ dev [^ ]*//; s/ *$/ dev $1/; s/^/route replace /"; }

ask_gateway() {
  ip neighbour replace "$gateway" dev "$1" use 2>/dev/null || ping -c 1 -W 1 -I "$1" "$gateway" >/dev/null 2>&1
}

gateway_answers() {
  ip neighbour flush to "$gateway" dev "$name" 2>/dev/null
  for attempt in 1 2 3 4 5 6 7 8 9 10; do
    ask_gateway "$name"
    case $(ip neighbour show to "$gateway" dev "$name") in *lladdr*) return 0 ;; esac
    sleep 0.3
  done
  return 1
}

put_back() {
  echo "$1; $address/$prefix stays on $parent" >&2
  ip -4 -force -batch "$record"
  if [ -n "$is_new" ]; then
    ip link delete "$name"
    cat /proc/sys/net/ipv4/conf/default/arp_ignore >"/proc/sys/net/ipv4/conf/$parent/arp_ignore"
  fi
  # The gateway may have learnt the new MAC: asking it from the parent tells it the old one.
  ip neighbour flush to "$gateway" dev "$parent" 2>/dev/null
  ask_gateway "$parent"
  exit 1
}
`;

/**
 * A shell script that may be run at any time and leaves the address either moved or where it was. The parent keeps
 * address and routes until the gateway has answered the new MAC, and every route is replaced before the old address goes:
 * the kernel drops all routes of an interface with its last IPv4 address. Giving the address to the interface before it
 * comes up makes the kernel announce it (`arp_notify`, https://docs.kernel.org/networking/ip-sysctl.html). The gateway is
 * asked by ARP, which a router always answers; `ip neighbour ... use` needs iproute2 5.16, so ping stands in.
 */
export function renderScript(resource: ResourceOf<'interface'>): string {
  const { name, parent, mac, address, prefix, gateway } = resource;
  return `#!/bin/sh
# Written by Vent. Moves ${address}/${prefix} and the routes through ${subnetOf(resource)} from ${parent} to ${name},
# a macvlan with a MAC of its own. Where that fails, everything stays on ${parent}.
set -u
export LC_ALL=C
umask 077
name=${name}
parent=${parent}
mac=${mac}
address=${address}
prefix=${prefix}
gateway=${gateway}
subnet=${subnetOf(resource)}
record=${recordPathOf(name)}

${FUNCTIONS}
mkdir -p "\${record%/*}"
# Somebody deleted the interface and the address with it: begin again from what the parent had.
if [ -z "$(addresses_of "$parent")$(addresses_of "$name")" ] && [ -s "$record" ]; then
  ip -4 -force -batch "$record"
fi
on_parent=$(addresses_of "$parent")
if [ -n "$on_parent" ]; then
  {
    echo "$on_parent" | sed 's/^ *inet \\([^ ]*\\) .* \\([^ ]*\\)$/address replace \\1 dev ${parent} label \\2/'
    routes_over "$parent"
  } >"$record"
else
  : >>"$record"
fi

is_new=
if ! ip link show dev "$name" >/dev/null 2>&1; then
  ip link add "$name" link "$parent" address "$mac" type macvlan mode bridge || put_back "cannot make $name"
  is_new=yes
fi
# Each of the two answers ARP for its own addresses only.
echo 1 >"/proc/sys/net/ipv4/conf/$parent/arp_ignore"
echo 1 >"/proc/sys/net/ipv4/conf/$name/arp_ignore"
echo 1 >"/proc/sys/net/ipv4/conf/$name/arp_notify"

ip -4 -batch - <<END || put_back "cannot bring up $name"
link set dev $name address $mac
address replace $address/$prefix dev $name
link set dev $name up
END
gateway_answers || put_back "the gateway $gateway does not answer $name"

changes=$(routes_over "$name")
if [ -n "$on_parent" ]; then
  changes="$changes
$(echo "$on_parent" | sed 's/^ *inet \\([^ ]*\\) .*/address delete \\1 dev ${parent}/')"
fi
ip -4 -batch - <<END || put_back "cannot move the routes"
$changes
END
`;
}
