#!/bin/sh
# Holds one machine: boots it, boots it again whenever it reboots, ends when it powers off.
#   boot.sh supervise NAME TREE WIRING ROUTER LINK
# It is a shell script because only exec keeps a process that has entered control groups and namespaces: each stage
# below becomes the next, and the last becomes systemd-nspawn. One supervisor costs a megabyte for each machine.
set -u
stage=$1 name=$2 tree=$3

# On a cgroup v1 host one directory for each hierarchy, without the links that some distributions put beside them.
hierarchies() {
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    echo /sys/fs/cgroup
    return
  fi
  for directory in /sys/fs/cgroup/*; do
    [ ! -L "$directory" ] && [ -e "$directory/cgroup.procs" ] && echo "$directory"
  done
}

case $stage in
supervise)
  wiring=$4 router=$5 link=$6
  status=133
  # systemd-nspawn, run with --keep-unit, says with 133 that the machine inside has rebooted.
  while [ "$status" -eq 133 ]; do
    for hierarchy in $(hierarchies); do
      [ -d "$hierarchy/$name" ] && find "$hierarchy/$name" -depth -type d -exec rmdir {} \;
    done
    # A rebooted machine has a new kernel: nothing of its old network may be left, so the namespace is a new one.
    ip -n "$router" link del "$link" 2>/dev/null
    [ -e "/run/netns/$name" ] && ip netns del "$name"
    ip netns add "$name" || exit 1
    ip netns exec "$name" sysctl -q -w net.ipv6.conf.default.accept_dad=0
    ip -n "$router" -batch "$wiring" || exit 1
    sh "$0" enter "$name" "$tree"
    status=$?
  done
  ip netns del "$name"
  ;;
enter)
  for hierarchy in $(hierarchies); do
    mkdir -p "$hierarchy/$name" || exit 1
    if [ -e "$hierarchy/cpuset.cpus" ] && [ "$hierarchy" != /sys/fs/cgroup ]; then
      echo 1 >"$hierarchy/$name/cgroup.clone_children"
      cat "$hierarchy/cpuset.cpus" >"$hierarchy/$name/cpuset.cpus"
      cat "$hierarchy/cpuset.mems" >"$hierarchy/$name/cpuset.mems"
    fi
    echo $$ >"$hierarchy/$name/cgroup.procs" || exit 1
  done
  exec unshare --cgroup --mount sh "$0" mount "$name" "$tree"
  ;;
mount)
  # On v1 systemd-nspawn would otherwise make its group at the real root, and die.
  if [ ! -e /sys/fs/cgroup/cgroup.controllers ]; then
    for hierarchy in $(hierarchies); do
      mount --bind "$hierarchy/$name" "$hierarchy" || exit 1
    done
  fi
  set -- --bind=/dev/kmsg
  [ -e /dev/net/tun ] && set -- "$@" --bind=/dev/net/tun
  # Without @known runc cannot make its keyring. Nothing of the host is to be seen inside: no resolver, journal, time zone.
  export SYSTEMD_NSPAWN_API_VFS_WRITABLE=yes
  exec systemd-nspawn --quiet --directory="$tree" --machine="$name" --boot --register=no --keep-unit --settings=no \
    --network-namespace-path="/run/netns/$name" --capability=all --system-call-filter=@known \
    --resolv-conf=off --timezone=off --link-journal=no "$@"
  ;;
esac
