/** The cluster in one screen. */
import type { MachineView } from '../../shared/wire.ts';
import { renderAge, renderTable } from './output.ts';

export interface ClusterView {
  readonly name: string;
  readonly revision: string;
  readonly etcd_formed: boolean;
  readonly kubernetes_version: string;
  readonly rollout_state: string;
  readonly rollout_message: string;
  readonly etcd_message: string;
}

/** Machines of the cluster: a device that was refused and belongs to no pool is shown, but counts for nothing. */
function ownMachines(machines: readonly MachineView[]): readonly MachineView[] {
  return machines.filter((machine) => machine.pool !== '');
}

/** True when there are machines and every one of them is ready. */
export function isClusterReady(machines: readonly MachineView[]): boolean {
  const own = ownMachines(machines);
  return own.length > 0 && own.every((machine) => machine.state === 'ready');
}

function isQuiet({ rollout_state: state }: ClusterView): boolean {
  return state === '' || state === 'done';
}

/** What `vent status` prints; `now` in milliseconds since the epoch. */
export function renderStatus(cluster: ClusterView, machines: readonly MachineView[], now: number): string {
  const ready = machines.filter((machine) => machine.state === 'ready').length;
  const head =
    cluster.name === ''
      ? 'No cluster yet: vent apply -f cluster.yaml\n'
      : `Cluster ${cluster.name}: Kubernetes ${cluster.kubernetes_version}, revision ${cluster.revision}, etcd ${cluster.etcd_formed ? 'formed' : 'not formed yet'}, ${ready} of ${ownMachines(machines).length} machines ready\n`;
  const rollout = isQuiet(cluster)
    ? ''
    : `Roll-out of revision ${cluster.revision} ${cluster.rollout_state}${cluster.rollout_message === '' ? '' : `: ${cluster.rollout_message}`}\n`;
  const etcd = cluster.etcd_message === '' ? '' : `etcd: ${cluster.etcd_message}\n`;
  if (machines.length === 0)
    return `${head}${rollout}No machines yet: vent provision, or vent token create and vent userdata for machines you boot yourself\n`;
  const table = renderTable(
    [
      { title: 'NAME', value: (machine) => machine.name },
      { title: 'STATE', value: (machine) => machine.state },
      { title: 'FOR', value: (machine) => renderAge(now - Date.parse(machine.state_since)) },
      { title: 'DOING', value: (machine) => machine.message || '-' },
    ],
    machines,
    false,
    true,
  );
  return `${head}${rollout}${etcd}${table}`;
}
