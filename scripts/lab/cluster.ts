/** A cluster in a lab: a coordinator, a spec, machines from the facility, and an administrator's way in. */
import { generateKeyPairSync, sign } from 'node:crypto';
import { readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { currentContext } from '../../coordinator/cli/config.ts';
import { withCluster } from '../../coordinator/cli/kubeconfig.ts';
import { connectOperator, type Operator } from '../../coordinator/cli/operator.ts';
import { VentError } from '../../shared/errors.ts';
import { loadSpec } from '../../shared/spec/load.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';
import type { MachineView } from '../../shared/wire.ts';
import type { Lab } from './lab.ts';
import { COORDINATOR } from './network.ts';
import { AGENT_DIRECTORY } from './programs.ts';
import { pointService, portOf, readSettings, SERVICES } from './settings.ts';

export interface Shape {
  readonly controlPlanes: number;
  readonly workers: number;
  readonly attach?: 'macvlan' | 'address';
  /** Version of Kubernetes that the cluster begins with, and those that it may be upgraded to. */
  readonly kubernetes?: readonly string[];
}

const MAIN = join(import.meta.dirname, '../../coordinator/main.ts');
const FACILITY = 'ewr1';
const PLAN = 'c2.medium.x86';

/** The cluster file of a lab; one control plane without workers also runs pods. */
export async function specOf(lab: Lab, shape: Shape): Promise<string> {
  const { project } = await readSettings(lab.names);
  const machine = { plan: PLAN, os: 'debian_12' };
  const controlRoles = shape.workers === 0 ? ['etcd', 'control-plane', 'worker'] : ['etcd', 'control-plane'];
  const control = { name: 'control', roles: controlRoles, count: shape.controlPlanes, machine };
  const workers = { name: 'workers', roles: ['worker'], count: shape.workers, machine };
  return stringify({
    apiVersion: 'vent/v1alpha1',
    kind: 'Cluster',
    metadata: { name: 'lab' },
    spec: {
      kubernetes: { version: shape.kubernetes?.[0] ?? '1.37.2' },
      network: { flannel: { attach: shape.attach ?? 'macvlan' } },
      provider: { packet: { project: project.id, facility: FACILITY, url: `http://${SERVICES.facility}/metal/v1` } },
      pools: shape.workers === 0 ? [control] : [control, workers],
    },
  });
}

/** The checked form of a lab's cluster file. */
export function readShape(text: string): ClusterFile {
  return loadSpec(text, 'lab.yaml');
}

/** Where the manifest of artifacts lies that the lab's coordinator takes in. */
export function manifestOf(lab: Lab): string {
  return join(lab.names.directory, 'artifacts.json');
}

/** Where a coordinator listens for machines, and what it tells them; the lab's own address unless given. */
export interface Addresses {
  readonly listen?: string;
  readonly advertise?: string;
}

/** Starts `vent serve` in the coordinator's namespace unless it runs. @throws VentError UNAVAILABLE with the end of its log */
export async function startVent(lab: Lab, addresses: Addresses = {}): Promise<void> {
  const { listen = COORDINATOR.address, advertise = COORDINATOR.address } = addresses;
  const { names } = lab;
  const { token } = await readSettings(names);
  const credentials = join(names.directory, 'credentials.yaml');
  await writeFile(credentials, stringify({ packet: { token } }), { mode: 0o600 });
  const port = await portOf(names, 'web');
  const argv = [
    process.execPath,
    '--disable-warning=ExperimentalWarning',
    MAIN,
    'serve',
    ...['--data', join(names.directory, 'coordinator')],
    ...['--listen', listen],
    ...['--operator-listen', COORDINATOR.address],
    ...['--advertise', advertise],
    ...['--provider-credentials', credentials],
    ...['--artifacts', manifestOf(lab)],
    ...['--agent', AGENT_DIRECTORY],
  ];
  await lab.startCoordinator(argv, () => answers(port), { VENTCONFIG: names.context });
}

/** Whether the coordinator's web port says that it is ready. Its certificate is not looked at: nothing is believed but that. */
function answers(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const request = get(
    { host: '127.0.0.1', port, path: '/readyz', rejectUnauthorized: false, timeout: 1000 },
    (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    },
  );
  request.on('error', () => resolve(false));
  request.on('timeout', () => request.destroy(new Error('no answer')));
  return promise;
}

/** The lab's coordinator, as its first administrator. */
export async function openOperator(lab: Lab): Promise<Operator> {
  const address = `127.0.0.1:${await portOf(lab.names, 'operator')}`;
  const env = { VENTCONFIG: lab.names.context, VENT_ADDR: address };
  return await connectOperator(
    await currentContext({ env, home: '/', readFile: (path: string) => readFile(path, 'utf8') }, undefined),
  );
}

/** Orders the machines that pools lack. @throws VentError PROVIDER_FAILED naming what could not be made */
export async function provisionAll(operator: Operator, say: (line: string) => void): Promise<void> {
  const failures: string[] = [];
  for await (const step of operator.stream((methods) => methods.Provision, { pool: '' })) {
    const line = `${step.machine === '' ? '' : `${step.machine} `}${step.message}`;
    say(line);
    if (step.failed) failures.push(line);
  }
  if (failures.length > 0) throw new VentError('PROVIDER_FAILED', `cannot provision: ${failures.join('; ')}`);
}

/**
 * Waits until every machine satisfies `holds`, saying what each does meanwhile.
 * @throws VentError DEADLINE with what each machine was doing at last
 */
export async function waitFor(
  operator: Operator,
  count: number,
  milliseconds: number,
  say: (line: string) => void,
  holds: (machine: MachineView) => boolean = isReady,
): Promise<readonly MachineView[]> {
  const said = new Map<string, string>();
  const limit = AbortSignal.timeout(milliseconds);
  let last: readonly MachineView[] = [];
  try {
    for await (const { machines } of operator.stream((methods) => methods.WatchMachines, {}, limit)) {
      last = machines;
      for (const machine of machines) {
        const line = describe(machine);
        if (said.get(machine.name) !== line) say(line);
        said.set(machine.name, line);
      }
      if (machines.length === count && machines.every(holds)) return machines;
    }
  } catch (thrown) {
    if (!limit.aborted) throw thrown;
  }
  throw new VentError('DEADLINE', `cannot wait any longer for ${count} machines: ${last.map(describe).join('; ')}`);
}

function isReady(machine: MachineView): boolean {
  return machine.state === 'ready';
}

function describe(machine: MachineView): string {
  return `${machine.name} ${machine.state}${machine.message === '' ? '' : `: ${machine.message}`}`;
}

/** An administrator's kubeconfig whose servers are reached through the relay; the first control plane is the one it leads to. */
export async function writeKubeconfig(lab: Lab, operator: Operator, kubectl: string): Promise<void> {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const answer = await operator.call((methods) => methods.GetKubeconfig, {
    spki,
    signature: sign('sha256', Buffer.from('vent kubeconfig'), privateKey),
  });
  const [first] = answer.servers;
  if (first === undefined) throw new VentError('NOT_FOUND', 'cannot write a kubeconfig: there is no control plane');
  await pointService(lab.names, 'kubernetes', new URL(first.url).host);
  const text = withCluster(
    undefined,
    {
      cluster: answer.cluster_name,
      trust: answer.trust,
      certificate: answer.certificate_chain,
      key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      servers: [{ name: 'relay', url: `https://127.0.0.1:${await portOf(lab.names, 'kubernetes')}` }],
    },
    true,
  );
  await writeFile(lab.names.kubeconfig, text, { mode: 0o600 });
  await rm(lab.names.kubectl, { force: true });
  await symlink(kubectl, lab.names.kubectl);
}
