/** What a unit must have been started with: its own content and every resource that names it in `restarts`. */
import { createHash } from 'node:crypto';
import { idOf, type NodeDocument, type Resource } from '../../shared/document.ts';
import type { Input, PlanContext } from '../kind.ts';
import { resourcesOf } from './graph.ts';

/** JSON with sorted keys: equal values give equal text. */
function canonicalise(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([left], [right]) => (left < right ? -1 : 1)))
      : inner,
  );
}

/**
 * First 12 hex digits of SHA-256 over what the document says of a resource. Relations and drift policies are left out,
 * since they change nothing for a process; of a secret only name and version count, of certificates and trust roots only what the document
 * says, because renewed ones are picked up by the running process.
 */
export function digestOf(resource: Resource): string {
  const { after: _after, restarts: _restarts, drift: _drift, ...wish } = resource;
  const content =
    resource.kind === 'secret' ? { name: resource.name, secret: resource.secret, version: resource.version } : wish;
  return createHash('sha256').update(canonicalise(content)).digest('hex').slice(0, 12);
}

export function createPlanContext(document: NodeDocument): PlanContext {
  const inputs = new Map<string, Input[]>();
  for (const resource of resourcesOf(document)) {
    const input = { id: idOf(resource), digest: digestOf(resource) };
    const units = [...(resource.restarts ?? []), ...(resource.kind === 'unit' ? [input.id] : [])];
    for (const unit of units) inputs.set(unit, [...(inputs.get(unit) ?? []), input]);
  }
  return {
    inputsOf: (unit) => (inputs.get(`unit:${unit}`) ?? []).toSorted((left, right) => (left.id < right.id ? -1 : 1)),
  };
}
