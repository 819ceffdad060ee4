/** What must be converged before what: list order inside a component, `after`, and a unit after all that restarts it. */
import { idOf, type NodeDocument, type Resource } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';

/** By resource id, the ids outside list order that must be converged first. */
export type Prerequisites = ReadonlyMap<string, readonly string[]>;

/** All resources of a document, in its order. */
export function resourcesOf(document: NodeDocument): readonly Resource[] {
  return document.components.flatMap((component) => component.resources);
}

/** The id of every resource and the component it belongs to, in the document's order. */
export function listIds(document: NodeDocument): readonly { readonly id: string; readonly component: string }[] {
  return document.components.flatMap(({ name, resources }) =>
    resources.map((resource) => ({ id: idOf(resource), component: name })),
  );
}

/**
 * A unit waits for every resource that restarts it, else it would be started with an input's new digest but old content.
 * @throws VentError DOCUMENT_REFUSED for an id that is not in the document, or a cycle
 */
export function orderDocument(document: NodeDocument): Prerequisites {
  const resources = resourcesOf(document);
  const prerequisites = new Map(resources.map((resource) => [idOf(resource), new Set<string>(resource.after)]));
  for (const resource of resources)
    for (const target of resource.restarts ?? []) {
      if (!target.startsWith('unit:')) refuse(`${idOf(resource)} restarts ${target}, which is not a unit`);
      requireKnown(prerequisites, target, resource).add(idOf(resource));
    }
  for (const resource of resources) for (const id of resource.after ?? []) requireKnown(prerequisites, id, resource);
  refuseCycle(document, prerequisites);
  return new Map([...prerequisites].map(([id, before]) => [id, [...before]]));
}

function refuse(cause: string): never {
  throw new VentError('DOCUMENT_REFUSED', `cannot order the document: ${cause}`, {
    hint: 'This is a defect of a component; report it with the cluster file.',
  });
}

function requireKnown<V>(known: ReadonlyMap<string, V>, id: string, by: Resource): V {
  return known.get(id) ?? refuse(`${idOf(by)} names ${id}, which is not in it`);
}

/** The same with list order: each resource comes after the one before it in its component. */
export function withListOrder(
  document: NodeDocument,
  prerequisites: ReadonlyMap<string, Iterable<string>>,
): Map<string, Set<string>> {
  const all = new Map([...prerequisites].map(([id, before]) => [id, new Set(before)]));
  for (const { resources } of document.components)
    resources.forEach((resource, index) => {
      const previous = resources[index - 1];
      if (previous !== undefined) all.get(idOf(resource))?.add(idOf(previous));
    });
  return all;
}

/** Takes away what depends on nothing until nothing is left; whatever stays is on a cycle or behind one. */
function refuseCycle(document: NodeDocument, prerequisites: ReadonlyMap<string, Iterable<string>>): void {
  const open = withListOrder(document, prerequisites);
  const next = new Map<string, string[]>();
  for (const [id, before] of open) for (const other of before) next.set(other, [...(next.get(other) ?? []), id]);
  const free = [...open].filter(([, before]) => before.size === 0).map(([id]) => id);
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    open.delete(id);
    for (const follower of next.get(id) ?? []) {
      const before = open.get(follower);
      before?.delete(id);
      if (before?.size === 0) free.push(follower);
    }
  }
  if (open.size > 0) refuse(`these wait for each other: ${[...open.keys()].join(', ')}`);
}
