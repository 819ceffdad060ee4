/** What `npm start` ends with. */
import { renderTable } from '../../coordinator/cli/output.ts';
import type { MachineView } from '../../shared/wire.ts';

export interface Screen {
  readonly machines: readonly MachineView[];
  readonly instance: string;
  readonly seconds: number;
}

export function renderScreen({ machines, instance, seconds }: Screen): string {
  const table = renderTable<MachineView>(
    [
      { title: 'NAME', value: (machine) => machine.name },
      { title: 'STATE', value: (machine) => machine.state },
      { title: 'ROLES', value: (machine) => machine.roles.join(',') },
      { title: 'PRIVATE-IP', value: (machine) => machine.private_address },
      {
        title: 'SANDBOX',
        value: (machine) => machine.conditions.find((condition) => condition.type === 'SandboxProved')?.message ?? '',
      },
    ],
    machines,
    false,
    true,
  );
  const option = instance === 'main' ? '' : ` --instance ${instance}`;
  return `
Your cluster is ready, ${seconds} s after the start.

${table}
Look further:
  npx vent status
  npx vent describe node ${machines[0]?.name ?? 'MACHINE'}
  npx vent lab kubectl${option} -- get nodes -o wide
  npx vent lab info${option}
  npx vent lab exec${option} ${machines[0]?.name ?? 'MACHINE'} -- vent-agent status
Take it down:
  npx vent lab down${option}
`;
}
