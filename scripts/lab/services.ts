/** The daemons that a lab has, and how each shows that it is ready. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Daemon, DaemonDeps } from './daemon.ts';
import { startDaemon } from './daemon.ts';
import type { Names } from './names.ts';
import { portOf, readSettings } from './settings.ts';

const MAIN = join(import.meta.dirname, 'main.ts');

/** The command line that starts one of the lab's own programs (main.ts). */
function ownProgram(program: string, names: Names): readonly string[] {
  return [process.execPath, '--disable-warning=ExperimentalWarning', MAIN, program, '--instance', names.instance];
}

/** Resolver and the relay's inner end, in the router's namespace; then the relay's outer end. */
export async function startWires(deps: DaemonDeps): Promise<void> {
  const { names } = deps;
  const router: Daemon = {
    name: 'router',
    argv: ownProgram('router', names),
    namespace: names.router,
    isReady: () => canConnect({ path: names.socket }),
  };
  await startDaemon(router, deps);
  const port = await portOf(names, 'facility');
  const isReady = (): Promise<boolean> => canConnect({ host: '127.0.0.1', port });
  await startDaemon({ name: 'relay', argv: ownProgram('relay', names), isReady }, deps);
}

/** Packet's API and metadata service. */
export async function startFacility(deps: DaemonDeps): Promise<void> {
  const { names } = deps;
  const { token, project } = await readSettings(names);
  const url = `http://127.0.0.1:${await portOf(names, 'facility')}/metal/v1/projects/${project.id}`;
  const isReady = async (): Promise<boolean> =>
    fetch(url, { headers: { 'x-auth-token': token } }).then(
      (response) => response.ok,
      () => false,
    );
  const argv = ownProgram('facility', names);
  await startDaemon({ name: 'facility', argv, namespace: names.router, isReady }, deps);
}

/**
 * Runs a coordinator in its namespace.
 * @param argv the whole command line, such as `vent serve --data ... --listen ...`
 * @param isReady true once it answers; its ports on 127.0.0.1 are `portOf(names, 'operator')` and so on
 */
export async function startCoordinator(
  argv: readonly string[],
  isReady: () => Promise<boolean>,
  deps: DaemonDeps,
  environment: Readonly<Record<string, string>> = {},
): Promise<void> {
  await startDaemon({ name: 'coordinator', argv, namespace: deps.names.coordinator, isReady, environment }, deps);
}

async function canConnect(
  to: { readonly path: string } | { readonly host: string; readonly port: number },
): Promise<boolean> {
  const socket = connect(to);
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
