/** The script that a machine boots with: small, the same bytes for the same input, and harmless to run again. */
import { agentUnit } from './agent-unit.ts';
import type { CheckedInput } from './input.ts';
import { quote, shell } from './shell.ts';

/** What `uname -m` says. */
const MACHINES = { x64: 'x86_64', arm64: 'aarch64' } as const;

/** Everything that differs from one userdata to the next. */
function renderValues(input: CheckedInput): string {
  const { enrolAddresses: enrol, rootBundle: roots, tokenId, secret } = input;
  const config = JSON.stringify({ enrol, roots, tokenId, secret, deviceId: '' });
  const cases = input.agentFiles
    .filter(({ form }) => form === 'executable')
    .map((file) => {
      const values = shell`file=${file.name} size=${file.size} sha256=${file.sha256}`;
      return `  ${MACHINES[file.architecture]}) ${values} ;;`;
    });
  return `${shell`
cluster=${input.clusterName === undefined ? 'a cluster' : `cluster ${input.clusterName}`}
artifacts=${input.artifactBase}
metadata=${input.metadataBase}
device=${input.deviceId ?? ''}
roots=${roots}
unit=${agentUnit()}`}
# The agent's configuration up to the device id, which comes last.
config=${quote(config.slice(0, -'"}'.length))}
case $(uname -m) in
${cases.join('\n')}
  *) file='' ;;
esac
`;
}

const OPENING = `#!/bin/sh
# Installs Vent's agent on this machine and starts it.
# Run again, it goes on where it was cut off, and changes nothing that is already as it should be.
set -eu
umask 077
`;

const FUNCTIONS = String.raw`
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
`;

const STEPS = String.raw`
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
`;

/** @returns the text of the script for sh, dash and bash alike */
export function renderScript(input: CheckedInput): string {
  return [OPENING, renderValues(input), FUNCTIONS, STEPS].join('');
}
