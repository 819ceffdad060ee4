/** Machines that roll-outs pass over until somebody lets them go. */
import { findNode, type NodeRow } from '../nodes/row.ts';
import type { Collection } from '../store/collection.ts';

/** @param machine name, device id or uuid @returns its name @throws VentError NOT_FOUND */
export async function holdMachine(nodes: Collection<NodeRow>, machine: string, isHeld: boolean): Promise<string> {
  const found = await findNode(nodes, machine);
  await nodes.update(found.id, (row) => (row === undefined ? undefined : { ...row, held: isHeld }));
  return found.name;
}
