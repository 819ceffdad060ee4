/** Machines that roll-outs pass over until somebody lets them go. */
import { VentError } from '../../shared/errors.ts';
import { isNamed, type NodeRow } from '../nodes/row.ts';
import type { Collection } from '../store/collection.ts';

/** @param machine name, device id or uuid @returns its name @throws VentError NOT_FOUND */
export async function holdMachine(nodes: Collection<NodeRow>, machine: string, isHeld: boolean): Promise<string> {
  const rows = (await nodes.list()).rows.map((row) => row.value);
  const found = rows.find((row) => isNamed(row, machine));
  if (found === undefined)
    throw new VentError('NOT_FOUND', `cannot find machine ${machine}: it is no member of the cluster`);
  await nodes.update(found.id, (row) => (row === undefined ? undefined : { ...row, held: isHeld }));
  return found.name;
}
