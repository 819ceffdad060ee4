/** How machines are listed and described on a terminal. */
import type { MachineView } from '../../shared/wire.ts';
import { type Listing, renderAge } from './output.ts';

function conditionOf(machine: MachineView, type: string): string {
  return machine.conditions.find((condition) => condition.type === type)?.status ?? 'Unknown';
}

/** Columns of `vent nodes`; `now` in milliseconds since the epoch. */
export function machineListing(now: number): Listing<MachineView> {
  return {
    kind: 'Machine',
    nameOf: (machine) => `node/${machine.name}`,
    objectOf: (machine) => machine,
    columns: [
      { title: 'NAME', value: (machine) => machine.name },
      { title: 'STATE', value: (machine) => machine.state },
      { title: 'POOL', value: (machine) => machine.pool },
      { title: 'ROLES', value: (machine) => machine.roles.join(',') },
      { title: 'PRIVATE-IP', value: (machine) => machine.private_address },
      { title: 'PUBLIC-IP', value: (machine) => machine.public_address, isWide: true },
      { title: 'GENERATION', value: (machine) => `${machine.observed_generation}/${machine.generation}`, isWide: true },
      { title: 'READY', value: (machine) => conditionOf(machine, 'KubernetesReady'), isWide: true },
      { title: 'SANDBOX', value: (machine) => conditionOf(machine, 'SandboxProved'), isWide: true },
      { title: 'DEVICE', value: (machine) => machine.device_id, isWide: true },
      { title: 'AGE', value: (machine) => renderAge(now - Date.parse(machine.created_at)) },
    ],
  };
}

/** The whole of one machine, in kubectl describe's manner. */
export function describeMachine(machine: MachineView, now: number): string {
  // A message that was left out arrives as null.
  const facts = machine.facts ?? undefined;
  const fields: readonly (readonly [string, string])[] = [
    ['Name', machine.name],
    ['Id', machine.id],
    ['Pool', machine.pool],
    ['Roles', machine.roles.join(', ')],
    ['State', `${machine.state}${machine.message === '' ? '' : ` (${machine.message})`}`],
    ['Since', `${machine.state_since} (${renderAge(now - Date.parse(machine.state_since))})`],
    ['Device', machine.device_id],
    ['Provider id', machine.provider_id],
    ['Private address', machine.private_address],
    ['Public address', machine.public_address],
    ['Pod CIDR', machine.pod_cidr],
    ['Document', `generation ${machine.generation}, machine is at ${machine.observed_generation}`],
    ['Agent', machine.agent_version],
    ['Last seen', machine.last_seen_at],
    [
      'Operating system',
      facts === undefined
        ? ''
        : `${facts.os_name}, kernel ${facts.kernel}, ${facts.architecture}, cgroup v${facts.cgroup}`,
    ],
    ['Size', facts === undefined ? '' : `${facts.cpus} CPUs, ${Math.round(Number(facts.memory_bytes) / 2 ** 20)} MiB`],
    [
      'Lacks',
      facts === undefined ? '' : facts.missing_capabilities.map((name) => `CAP_${name.toUpperCase()}`).join(', '),
    ],
  ];
  const head = fields.map(([title, value]) => `${`${title}:`.padEnd(18)} ${value || '<none>'}\n`).join('');
  return `${head}${describeConditions(machine, now)}${describeResources(machine, now)}`;
}

function describeConditions(machine: MachineView, now: number): string {
  if (machine.conditions.length === 0) return 'Conditions:        <none>\n';
  const lines = machine.conditions.map((condition) => {
    const age = renderAge(now - Date.parse(condition.last_transition_time));
    return `  ${condition.type.padEnd(18)} ${condition.status.padEnd(8)} ${age.padEnd(6)} ${condition.reason}${condition.message === '' ? '' : `: ${condition.message}`}\n`;
  });
  return `Conditions:\n${lines.join('')}`;
}

function describeResources(machine: MachineView, now: number): string {
  const count = `Resources:         ${machine.converged_count} converged, ${machine.resources.length} not\n`;
  const lines = machine.resources.map((resource) => {
    const age = renderAge(now - Date.parse(resource.since));
    return `  ${resource.state.padEnd(9)} ${age.padEnd(6)} ${resource.id} (${resource.component})${resource.message === '' ? '' : `: ${resource.message}`}\n`;
  });
  return count + lines.join('');
}
