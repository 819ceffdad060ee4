/** From components to one machine's document. Deterministic: equal arguments give equal bytes. */
import { DOCUMENT_SCHEMA, type DocumentComponent, idOf, type NodeDocument, type Resource } from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import { matchesPlace, placesOf } from '../shared/places.ts';
import { contains } from '../shared/spec/cidr.ts';
import type { Component, Machine, RenderSpec, Self } from './component.ts';
import { foreignAddresses } from './components/parts/cluster.ts';

export interface DocumentMeta {
  readonly epoch: number;
  readonly generation: number;
  readonly revision: number;
  /** RFC 3339. */
  readonly issuedAt: string;
  readonly expiresAt: string;
}

export interface RenderOptions {
  readonly components: readonly Component[];
  readonly meta: DocumentMeta;
}

/**
 * @param peers all machines of the cluster, `self` included, in any order
 * @throws VentError ARTIFACT_UNKNOWN, HOST_UNSUPPORTED or INVALID_INPUT when the cluster cannot be had on this machine
 */
export function renderDocument(
  spec: RenderSpec,
  self: Self,
  peers: readonly Machine[],
  { components, meta }: RenderOptions,
): NodeDocument {
  return {
    schema: DOCUMENT_SCHEMA,
    cluster: { id: spec.clusterId, name: spec.name },
    node: { id: self.id, name: self.name },
    epoch: meta.epoch,
    generation: meta.generation,
    revision: meta.revision,
    issuedAt: meta.issuedAt,
    expiresAt: meta.expiresAt,
    components: [...renderComponents(spec, self, peers, components)],
  };
}

/** The content of a document, without what changes with each issue: two equal contents need no new generation. */
export function renderComponents(
  spec: RenderSpec,
  self: Self,
  peers: readonly Machine[],
  components: readonly Component[],
): readonly DocumentComponent[] {
  checkRanges(spec, self);
  const sorted = peers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const rendered = components
    .map((component) => ({
      name: component.name,
      resources: component.render(spec, self, sorted).map((resource) => withDriftPolicy(spec, resource)),
    }))
    .filter(({ resources }) => resources.length > 0);
  const last = components.filter(({ comesLast }) => comesLast === true).map(({ name }) => name);
  const ordered = rendered.map((one) => (last.includes(one.name) ? putLast(one, rendered) : one));
  checkReferences(ordered);
  return ordered;
}

/** Its first resource waits for the last of every other component. */
function putLast(component: DocumentComponent, all: readonly DocumentComponent[]): DocumentComponent {
  const ends = all.filter((other) => other !== component).flatMap(({ resources }) => resources.slice(-1).map(idOf));
  const resources = component.resources.map((resource, index) =>
    index === 0 ? { ...resource, after: [...(resource.after ?? []), ...ends] } : resource,
  );
  return { ...component, resources };
}

/** The operator's rules name paths; a resource follows the first that names one of its places. */
function withDriftPolicy(spec: RenderSpec, resource: Resource): Resource {
  const rule = spec.drift.find(({ path }) => placesOf(resource).some((place) => matchesPlace(path, place)));
  return rule === undefined || rule.policy === 'repair' ? resource : { ...resource, drift: rule.policy };
}

/** Routes to pods and services must not hide a network that the machine is in (a docker0, a facility's second range). */
function checkRanges(spec: RenderSpec, self: Self): void {
  const { podCIDR, serviceCIDR } = spec.network;
  const taken = [{ link: 'its private address', address: self.privateAddress }, ...foreignAddresses(self)];
  for (const cidr of [podCIDR, serviceCIDR]) {
    const clash = taken.find(({ address }) => contains(cidr, address));
    if (clash === undefined) continue;
    throw new VentError(
      'HOST_UNSUPPORTED',
      `cannot render ${self.name}: ${clash.address} (${clash.link}) lies in the cluster's range ${cidr}`,
      { hint: 'Remove that link from the machine, or give the cluster another range before it is formed.' },
    );
  }
}

/** @throws VentError BUG: what refers to nothing, twice to the same name, or in a circle was written wrong here, not by a user */
function checkReferences(components: readonly DocumentComponent[]): void {
  const prerequisites = new Map<string, readonly string[]>();
  for (const { name, resources } of components) {
    let previous: readonly string[] = [];
    for (const resource of resources) {
      const id = idOf(resource);
      if (prerequisites.has(id)) throw bug(`component ${name} renders ${id}, which stands there already`);
      prerequisites.set(id, [...previous, ...(resource.after ?? [])]);
      previous = [id];
    }
  }
  for (const { name, resources } of components)
    for (const resource of resources) checkTargets(name, resource, (id) => prerequisites.has(id));
  checkOrder(prerequisites);
}

function checkTargets(component: string, resource: Resource, exists: (id: string) => boolean): void {
  for (const id of [...(resource.after ?? []), ...(resource.restarts ?? [])])
    if (!exists(id)) throw bug(`${idOf(resource)} of component ${component} refers to ${id}, which is not rendered`);
  for (const id of resource.restarts ?? [])
    if (!id.startsWith('unit:'))
      throw bug(`${idOf(resource)} of component ${component} restarts ${id}, which is no unit`);
}

/** Takes away whatever waits for nothing any more until nothing is left. */
function checkOrder(prerequisites: ReadonlyMap<string, readonly string[]>): void {
  const waiting = new Map(prerequisites);
  for (let free = [...waiting.keys()]; free.length > 0; ) {
    free = [...waiting].filter(([, before]) => !before.some((id) => waiting.has(id))).map(([id]) => id);
    for (const id of free) waiting.delete(id);
  }
  if (waiting.size > 0) throw bug(`these wait for each other: ${[...waiting.keys()].join(', ')}`);
}

function bug(cause: string): VentError {
  return new VentError('BUG', `cannot render the document: ${cause}`);
}
