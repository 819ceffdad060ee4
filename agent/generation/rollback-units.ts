/**
 * What takes a change back without the agent: a script, a service that runs it, a timer that starts the service, and a
 * guard that counts boots. All of them stand on the machine from the first change on and do nothing while there is no
 * `undo` script.
 *
 * A timer of systemd that is enabled counts again from each boot (systemd.timer(5), OnActiveSec), so a machine that was
 * reset in the middle of a change goes back, too. Nothing of it may wait for sysinit.target: cloud-init is part of that,
 * and waits for minutes on a machine that is cut off.
 */
import type { Attributes, Host } from '../host/host.ts';
import { PLAIN, planText } from '../kinds/steps/files.ts';
import {
  BOOT_SERVICE,
  BOOTS,
  GOING_BACK,
  JOURNAL,
  LEDGER_BEFORE,
  ROLLBACK_DIRECTORY,
  SCRIPT,
  SERVICE,
  TIMER,
  UNDO,
  UNDONE,
} from './places.ts';

const PRIVATE_PROGRAM = { mode: '0700', owner: 'root:root' };
/** A machine that boots this often before a change was committed is taken back at once. */
const BOOTS_ENOUGH = 3;

const SCRIPT_TEXT = `#!/bin/sh
# Written by Vent. Takes back a change of this machine that was not committed; does nothing when there is none.
# "rollback boot" counts the boots since the change began and goes back at the ${BOOTS_ENOUGH}rd.
set -u
export LC_ALL=C PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
[ -f ${UNDO} ] || exit 0
if [ "\${1:-}" = boot ] && [ ! -e ${GOING_BACK} ]; then
  echo boot >>${BOOTS}
  [ "$(wc -l <${BOOTS})" -ge ${BOOTS_ENOUGH} ] || exit 0
  echo "booted ${BOOTS_ENOUGH} times before the change was committed"
fi
# Its own way of stopping waits for children; this cannot.
timeout 10 systemctl stop vent-agent.service || systemctl kill -s KILL vent-agent.service
# The agent may have committed until it was stopped: its record is the truth.
if grep -q '^[0-9]\\{8\\} [0-9a-f]\\{8\\} {"type":"COMMIT".*}$' ${JOURNAL} 2>/dev/null; then
  echo "the change was committed: nothing to take back"
else
  : >${GOING_BACK}
  sync
  echo "taking the change back"
  sh ${UNDO}
  mv ${UNDO} ${UNDONE}
  sync
fi
systemctl start --no-block vent-agent.service
exit 0
`;

/** Lines of [Unit]: once what is mounted is mounted, and before anything that may hang. */
const EARLY = `DefaultDependencies=no
After=local-fs.target
Conflicts=shutdown.target
Before=shutdown.target`;

function timerText(seconds: number): string {
  return `# Written by Vent.
[Unit]
Description=Takes back a change that was not committed in time
ConditionPathExists=${UNDO}
${EARLY}

[Timer]
OnActiveSec=${seconds}s
AccuracySec=1s
Unit=${SERVICE}

[Install]
WantedBy=sysinit.target
`;
}

const SERVICE_TEXT = `# Written by Vent.
[Unit]
Description=Takes back a change that was not committed
ConditionPathExists=${UNDO}
${EARLY}

[Service]
Type=oneshot
ExecStart=/bin/sh ${SCRIPT}
`;

const BOOT_TEXT = `# Written by Vent.
[Unit]
Description=Counts boots during a change, and takes it back when there are too many
ConditionPathExists=${UNDO}
${EARLY}
Before=vent-agent.service containerd.service etcd.service kubelet.service

[Service]
Type=oneshot
ExecStart=/bin/sh ${SCRIPT} boot

[Install]
WantedBy=sysinit.target
`;

function unitPathOf(name: string): string {
  return `/etc/systemd/system/${name}`;
}

/** @returns whether it had to be written */
async function put(host: Host, path: string, text: string, attributes: Attributes): Promise<boolean> {
  const steps = await planText(host, path, text, attributes);
  for (const step of steps) await step.apply(host, new AbortController().signal);
  return steps.length > 0;
}

/** Puts script and units in place, and starts the timer anew. @param seconds until the change is taken back */
export async function armTimer(host: Host, seconds: number): Promise<void> {
  await put(host, SCRIPT, SCRIPT_TEXT, PRIVATE_PROGRAM);
  const changed = [
    await put(host, unitPathOf(TIMER), timerText(seconds), PLAIN),
    await put(host, unitPathOf(SERVICE), SERVICE_TEXT, PLAIN),
    await put(host, unitPathOf(BOOT_SERVICE), BOOT_TEXT, PLAIN),
  ];
  if (changed.includes(true)) await host.units.reload();
  for (const name of [TIMER, BOOT_SERVICE]) if (!(await host.units.state(name)).enabled) await host.units.enable(name);
  await host.units.restart(TIMER, { block: true });
}

/** After a commit, or once a change was taken back: nothing of the way back is left but what waits for the next change. */
export async function disarmTimer(host: Host): Promise<void> {
  // The timer's condition goes first: a crash after it leaves a timer that does nothing.
  for (const path of [UNDO, UNDONE, GOING_BACK, BOOTS, LEDGER_BEFORE]) await host.files.remove(path);
  await host.units.stop(TIMER);
  await host.files.removeTree(`${ROLLBACK_DIRECTORY}/copies`);
}

/** What `armTimer` put on the machine. */
export const ROLLBACK_PLACES: readonly string[] = [TIMER, SERVICE, BOOT_SERVICE].map(unitPathOf);

/** A machine that leaves goes back no more. */
export async function removeRollback(host: Host): Promise<void> {
  await host.files.remove(UNDO);
  await host.units.stop(TIMER);
  for (const name of [TIMER, BOOT_SERVICE]) if ((await host.units.state(name)).enabled) await host.units.disable(name);
  for (const path of ROLLBACK_PLACES) await host.files.remove(path);
  await host.files.removeTree(ROLLBACK_DIRECTORY);
  await host.units.reload();
}

/** Starts going back; the agent is stopped by it. */
export async function goBack(host: Host): Promise<void> {
  await host.units.start(SERVICE);
}
