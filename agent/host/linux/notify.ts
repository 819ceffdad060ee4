import type { Commands } from './commands.ts';

/** Tells systemd that the agent is ready; outside of a unit it says nothing. Node has no datagram sockets of the unix kind, so a program of systemd's does it. */
export async function notifyReady(commands: Commands, environment: NodeJS.ProcessEnv): Promise<void> {
  const { NOTIFY_SOCKET } = environment;
  if (NOTIFY_SOCKET === undefined) return;
  await commands.run('systemd-notify', ['--no-block', '--ready'], { environment: { NOTIFY_SOCKET } });
}
