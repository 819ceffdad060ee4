import { VentError } from '../../shared/errors.ts';
import type { MachineView } from '../../shared/wire.ts';
import type { Operator } from './operator.ts';

/** The machine of that name, id or device id. @throws VentError NOT_FOUND naming those there are */
export async function findMachine(operator: Operator, name: string): Promise<MachineView> {
  const { machines } = await operator.call((methods) => methods.ListMachines, {});
  const wanted = name.replace(/^nodes?\//, '');
  const found = machines.find((machine) => [machine.name, machine.id, machine.device_id].includes(wanted));
  if (found !== undefined) return found;
  const known = machines.map((machine) => machine.name).join(', ') || 'none';
  throw new VentError('NOT_FOUND', `cannot find machine ${wanted}: the cluster has ${known}`);
}
