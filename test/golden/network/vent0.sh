#!/bin/sh
# Written by Vent. Moves 10.80.0.3/31 and the routes through 10.80.0.2/31 from bond0 to vent0,
# a macvlan with a MAC of its own. Where that fails, everything stays on bond0.
set -u
export LC_ALL=C
umask 077
name=vent0
parent=bond0
mac=02:00:00:00:00:02
address=10.80.0.3
prefix=31
gateway=10.80.0.2
subnet=10.80.0.2/31
record=/run/vent/interfaces/vent0.undo

addresses_of() { ip -4 address show dev "$1" to "$address" 2>/dev/null | grep ' inet '; }
routes() { ip -4 route show via "$subnet" | sed 's/ \(linkdown\|dead\|offload\|trap\)//g'; }
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

mkdir -p "${record%/*}"
# Somebody deleted the interface and the address with it: begin again from what the parent had.
if [ -z "$(addresses_of "$parent")$(addresses_of "$name")" ] && [ -s "$record" ]; then
  ip -4 -force -batch "$record"
fi
on_parent=$(addresses_of "$parent")
if [ -n "$on_parent" ]; then
  {
    echo "$on_parent" | sed 's/^ *inet \([^ ]*\) .* \([^ ]*\)$/address replace \1 dev bond0 label \2/'
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
$(echo "$on_parent" | sed 's/^ *inet \([^ ]*\) .*/address delete \1 dev bond0/')"
fi
ip -4 -batch - <<END || put_back "cannot move the routes"
$changes
END
