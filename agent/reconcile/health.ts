/** How the document's units are, beside whether they were started. */
import type { NodeDocument } from '../../shared/document.ts';
import type { UnhealthyUnit } from '../events.ts';
import type { HostView } from '../host/host.ts';
import { resourcesOf } from './graph.ts';

/** Units that are not active now, in the document's order. */
export async function findUnhealthyUnits(document: NodeDocument, view: HostView): Promise<readonly UnhealthyUnit[]> {
  const names = resourcesOf(document).flatMap((resource) => (resource.kind === 'unit' ? [resource.name] : []));
  const units = await Promise.all(names.map(async (name) => ({ name, ...(await view.units.state(name)) })));
  return units
    .filter(({ active }) => active !== 'active' && active !== 'reloading')
    .map(({ name, active, sub, result }) => ({ name, active, sub, result }));
}
