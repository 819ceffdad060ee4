/** The part of a machine's first document that its link rests on: it is applied, confirmed and committed before the rest. Pure. */
import { type DocumentComponent, idOf, type NodeDocument } from '../../shared/document.ts';
import { orderDocument, withListOrder } from '../reconcile/graph.ts';

/**
 * @param touching ids of resources that would touch the link
 * @returns the document with those resources and everything that must come before them, in its order
 * @throws VentError DOCUMENT_REFUSED for a document that cannot be ordered
 */
export function linkPartOf(document: NodeDocument, touching: readonly string[]): NodeDocument {
  const before = withListOrder(document, orderDocument(document));
  const wanted = new Set<string>();
  const open = [...touching];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (wanted.has(id)) continue;
    wanted.add(id);
    open.push(...(before.get(id) ?? []));
  }
  return { ...document, components: document.components.flatMap((component) => only(component, wanted)) };
}

function only({ name, resources }: DocumentComponent, wanted: ReadonlySet<string>): readonly DocumentComponent[] {
  const kept = resources
    .filter((resource) => wanted.has(idOf(resource)))
    // Units that are no part of it are started later, with all that restarts them.
    .map(({ restarts, ...resource }) => {
      const inside = restarts?.filter((unit) => wanted.has(unit)) ?? [];
      return inside.length === 0 ? resource : { ...resource, restarts: inside };
    });
  return kept.length === 0 ? [] : [{ name, resources: kept }];
}
