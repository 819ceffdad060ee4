/** The agent's own unit: written by the userdata script, and by the agent when it replaces itself. */

/**
 * The text of /etc/systemd/system/vent-agent.service.
 *
 * The agent installs packages, loads modules, writes /etc and unmounts what a reset leaves behind, so it gets no mount
 * namespace, and its files stay writable: the boundary is the signature on a document, these lines are depth.
 * `MemoryDenyWriteExecute` is left out because V8 aborts under it (https://github.com/nodejs/node/issues/55509), and
 * CAP_SYS_PTRACE stays because another user's /proc/<pid>/environ cannot be read without it (proc_pid_environ(5)).
 */
export function agentUnit(): string {
  return `[Unit]
Description=Vent agent
Wants=network-online.target
After=network-online.target
StartLimitIntervalSec=0

[Service]
Type=notify
# glibc keeps memory for each of Node's threads otherwise: 79 MB of the agent's own instead of 54.
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
`;
}
