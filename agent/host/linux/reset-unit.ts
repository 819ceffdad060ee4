import type { Commands } from './commands.ts';

/** Not among the files that a reset removes: systemd keeps a transient unit in memory. */
const NAME = 'vent-reset.service';
const PROGRAM = '/opt/vent/agent/current/vent-agent';

/** Runs the reset beside the agent, which it stops; one that runs already goes on. It takes place after a reboot only if the agent asks again. */
export async function startResetUnit(commands: Commands): Promise<void> {
  const { stdout } = await commands.run('systemctl', ['is-active', '--', NAME], { accepted: [3, 4] });
  if (stdout.trim() === 'active') return;
  const about = ['--collect', '--no-block', `--unit=${NAME}`, '--description=Reset of this machine by Vent'];
  await commands.run('systemd-run', [
    ...about,
    '--property=Restart=on-failure',
    '--property=RestartSec=10',
    '--',
    PROGRAM,
    'reset',
    '--yes',
  ]);
}
