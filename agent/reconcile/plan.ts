/** What a pass would do now, as sentences, without doing it. */
import { idOf, type NodeDocument, type Resource } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { HostView } from '../host/host.ts';
import { type Kinds, kindOf } from '../kind.ts';
import type { Ledger } from '../ledger.ts';
import { orderDocument, resourcesOf } from './graph.ts';
import { createPlanContext } from './inputs.ts';
import { findUnwanted } from './removal.ts';

export interface PlannedResource {
  readonly id: string;
  readonly component: string;
  /** Steps in order; empty when converged. */
  readonly sentences: readonly string[];
  readonly isRemoval: boolean;
  /** Why it cannot be planned now. */
  readonly error: VentError | undefined;
}

export interface PlanOptions {
  readonly document: NodeDocument;
  readonly ledger: Ledger;
  readonly kinds: Kinds;
  readonly host: HostView;
}

/** One entry per resource of the document, then one per removal. @throws VentError DOCUMENT_REFUSED */
export async function planDocument(options: PlanOptions): Promise<readonly PlannedResource[]> {
  const { document, ledger, kinds, host } = options;
  orderDocument(document);
  const context = createPlanContext(document);
  const changes = document.components.flatMap(({ name, resources }) =>
    resources.map((resource) =>
      plan(name, resource, false, () => kindOf(kinds, resource).plan(resource, host, context)),
    ),
  );
  const claims = await ledger.claims();
  const removals = findUnwanted(document, claims, () => true).map(({ component, key, resource }) => {
    const others = claims.filter((claim) => claim.key !== key).map((claim) => claim.resource);
    const remaining = [...resourcesOf(document), ...others];
    return plan(component, resource, true, () => kindOf(kinds, resource).remove(resource, host, remaining));
  });
  return await Promise.all([...changes, ...removals]);
}

async function plan(
  component: string,
  resource: Resource,
  isRemoval: boolean,
  steps: () => Promise<readonly { readonly sentence: string }[]>,
): Promise<PlannedResource> {
  const of = { id: idOf(resource), component, isRemoval };
  try {
    return { ...of, sentences: (await steps()).map((step) => step.sentence), error: undefined };
  } catch (thrown) {
    return { ...of, sentences: [], error: VentError.from(thrown) };
  }
}
