#!/bin/sh
# Installs Vent's agent on this machine and starts it.
# Run again, it goes on where it was cut off, and changes nothing that is already as it should be.
set -eu
umask 077

cluster='cluster demo'
artifacts='https://203.0.113.10:7446'
metadata='http://192.80.8.124'
device=''
roots='-----BEGIN CERTIFICATE-----
MIIBgTCCASigAwIBAgIQaZT54Sl7UqtkusrL0XEB4TAKBggqhkjOPQQDAjAPMQ0w
CwYDVQQDDAR2ZW50MB4XDTI2MTEyMzA0MDU1OVoXDTI2MTEyNTA0MDU1OVowDzEN
MAsGA1UEAwwEdmVudDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKJFsFNiC7+c
MjlFU/WmdC0n9uXANrgG7+O8bWAN7iS5WxDOQtKpcdnKUf+TUqseV9vKBs+zZZ+8
1N1nM865IQujZjBkMBIGA1UdEwEB/wQIMAYBAf8CAQEwDgYDVR0PAQH/BAQDAgEG
MB0GA1UdDgQWBBTV1hagx2ptKXJmAcc722wj7I9RzTAfBgNVHSMEGDAWgBTV1hag
x2ptKXJmAcc722wj7I9RzTAKBggqhkjOPQQDAgNHADBEAiBjKepJpYXLjzaL90kp
zFJ7Z3nBgB3UEaJ25TJU4SuLkAIgK9rFynkXYoz+exQ6AK8Gwon/Ijm77uIemcfZ
5hT//Ks=
-----END CERTIFICATE-----
'
unit='[Unit]
Description=Vent agent
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
# glibc keeps memory for each of Node'\''s threads otherwise: 79 MB of the agent'\''s own instead of 54.
Environment=MALLOC_ARENA_MAX=2
# systemd-notify runs as a child of the agent.
NotifyAccess=all
ExecStart=/opt/vent/agent/current/vent-agent run
Restart=always
RestartSec=2
# A package that is being installed survives a restart of the agent.
KillMode=process
CapabilityBoundingSet=~CAP_SYS_BOOT CAP_SYS_RAWIO CAP_SYS_TIME CAP_WAKE_ALARM
LockPersonality=yes
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK AF_PACKET
RestrictRealtime=yes
SystemCallArchitectures=native
SystemCallErrorNumber=EPERM
SystemCallFilter=~@clock @cpu-emulation @debug @obsolete @raw-io @reboot @swap

[Install]
WantedBy=multi-user.target
'
# The agent's configuration up to the device id, which comes last.
config='{"enrol":["203.0.113.10:7443","[2001:db8::10]:7443"],"roots":"-----BEGIN CERTIFICATE-----\nMIIBgTCCASigAwIBAgIQaZT54Sl7UqtkusrL0XEB4TAKBggqhkjOPQQDAjAPMQ0w\nCwYDVQQDDAR2ZW50MB4XDTI2MTEyMzA0MDU1OVoXDTI2MTEyNTA0MDU1OVowDzEN\nMAsGA1UEAwwEdmVudDBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKJFsFNiC7+c\nMjlFU/WmdC0n9uXANrgG7+O8bWAN7iS5WxDOQtKpcdnKUf+TUqseV9vKBs+zZZ+8\n1N1nM865IQujZjBkMBIGA1UdEwEB/wQIMAYBAf8CAQEwDgYDVR0PAQH/BAQDAgEG\nMB0GA1UdDgQWBBTV1hagx2ptKXJmAcc722wj7I9RzTAfBgNVHSMEGDAWgBTV1hag\nx2ptKXJmAcc722wj7I9RzTAKBggqhkjOPQQDAgNHADBEAiBjKepJpYXLjzaL90kp\nzFJ7Z3nBgB3UEaJ25TJU4SuLkAIgK9rFynkXYoz+exQ6AK8Gwon/Ijm77uIemcfZ\n5hT//Ks=\n-----END CERTIFICATE-----\n","tokenId":"7c1f6c0e-5f4c-4f0e-8a53-0a54f2f8a3a1","secret":"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff","deviceId":"'
case $(uname -m) in
  x86_64) file='vent-agent-linux-x64' size=128000000 sha256='1111111111111111111111111111111111111111111111111111111111111111' ;;
  aarch64) file='vent-agent-linux-arm64' size=126000000 sha256='2222222222222222222222222222222222222222222222222222222222222222' ;;
  *) file='' ;;
esac

code=1000
state_url=''

say() {
  last=$1
  printf 'vent: %s\n' "$1"
  { [ ! -w /dev/console ] || printf 'vent: %s\r\n' "$1" >>/dev/console; } 2>/dev/null || :
}

# Tells the facility, where it wants to know; no answer of it matters.
report() {
  [ -n "$state_url" ] || return 0
  message=$(printf %s "$last" | tr -c 'A-Za-z0-9 .,:;()/_-' ' ')
  curl -q -sS -m 5 --noproxy '*' -o /dev/null -H 'Content-Type: application/json' \
    -d "{\"state\":\"$1\",\"code\":$code,\"message\":\"$message\"}" "$state_url" || :
}

step() {
  code=$1
  say "$2"
  report running
}

fail() {
  say "$1"
  exit 1
}

# retry WHAT COMMAND...: leaves in $answer what the command prints. Status 3 says that trying again is of no use.
# The pauses grow from 1 s to about 60 s and add up to about 10 min; with time-outs that is a quarter of an hour.
retry() {
  what=$1 pause=1 waited=0
  shift
  until answer=$("$@" 2>&1); do
    [ $? -ne 3 ] && [ $waited -lt 600 ] || fail "cannot $what: $answer"
    nap=$(((pause + 1) / 2 + $(od -An -N2 -tu2 /dev/urandom) % (pause + 1)))
    say "cannot $what: $answer; trying again in $nap s"
    sleep $nap
    waited=$((waited + nap)) pause=$((pause * 2))
    [ $pause -lt 60 ] || pause=60
  done
}

read_device() {
  id=$(curl -q -sS -f -m 10 --noproxy '*' "$metadata/2009-04-04/meta-data/instance-id") || return 1
  case $id in
    '' | *[!A-Za-z0-9._:-]*) echo "the metadata service answers '$id'" && return 1 ;;
  esac
  echo "$id"
}

read_state_url() {
  curl -q -sS -f -m 10 --noproxy '*' "$metadata/metadata" |
    sed -n 's|.*"user_state_url" *: *"\(https\{0,1\}://[^"]*\)".*|\1|p' | head -n 1
}

is_agent() {
  printf '%s  %s\n' "$sha256" "$1" | sha256sum -c --status 2>/dev/null
}

# No root but Vent's own counts: --capath replaces the machine's directory of authorities, which --cacert leaves in use.
fetch() {
  had=0
  [ ! -f "$agent.part" ] || had=$(wc -c <"$agent.part")
  if [ "$had" -lt "$size" ]; then
    printf %s "$roots" | curl -q -sS -f --proto =https --tlsv1.3 --cacert /dev/stdin --capath /dev/null \
      --connect-timeout 10 --speed-limit 1000 --speed-time 30 --max-filesize "$size" \
      -C - -o "$agent.part" "$artifacts/agent/sha256-$sha256" || return 1
  fi
  is_agent "$agent.part" && return
  rm "$agent.part"
  echo "its SHA-256 is not $sha256"
  # A file that was resumed may be of two versions; one that came whole will not be another next time.
  [ "$had" -gt 0 ] || return 3
  return 1
}

# put FILE MODE TEXT: the file appears whole or not at all.
put() {
  if ! printf %s "$3" | cmp -s - "$1"; then
    printf %s "$3" >"$1.new"
    chmod "$2" "$1.new"
    sync "$1.new"
    mv -T "$1.new" "$1"
    sync "$(dirname "$1")"
  fi
}

trap '[ $? -eq 0 ] || report failed' EXIT
[ "$(id -u)" -eq 0 ] || fail 'cannot install the agent: this is not root'
[ -n "$file" ] || fail "cannot install the agent: there is none for $(uname -m)"
for tool in curl cmp sha256sum systemctl; do
  command -v $tool >/dev/null || fail "cannot install the agent: $tool is not installed"
done

directory=/opt/vent/agent/$(printf %.12s "$sha256")
agent=$directory/vent-agent
install -d -m 0755 /opt/vent /opt/vent/agent "$directory"
install -d -m 0700 /etc/vent /etc/vent/agent /run/vent

if [ -z "$device" ]; then
  say 'asking the metadata service which device this is'
  retry 'read the device id' read_device
  device=$answer
  state_url=$(read_state_url) || :
fi
step 1001 "device $device joins $cluster"

if ! is_agent "$agent"; then
  step 1002 "downloading $file from $artifacts"
  retry 'download the agent' fetch
  chmod 0755 "$agent.part"
  sync "$agent.part"
  mv -T "$agent.part" "$agent"
  sync "$directory"
fi

step 1003 'installing the agent'
if [ "$(readlink /opt/vent/agent/current)" != "$directory" ]; then
  ln -sfn "$directory" /opt/vent/agent/current.new
  mv -T /opt/vent/agent/current.new /opt/vent/agent/current
  sync /opt/vent/agent
fi
# For people, whose PATH has /usr/local/bin.
[ -L /usr/local/bin/vent-agent ] || ln -s /opt/vent/agent/current/vent-agent /usr/local/bin/vent-agent
put /etc/vent/agent/config.json 0600 "$config$device\"}"
put /etc/systemd/system/vent-agent.service 0644 "$unit"

systemctl daemon-reload
systemctl enable --now --no-block vent-agent
step 1004 'the agent starts; go on with: journalctl -u vent-agent'
