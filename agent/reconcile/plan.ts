/** What a pass would do now, as sentences, without doing it. */
import { idOf, type NodeDocument, type Resource } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Settled } from '../drift/settled.ts';
import type { HostView } from '../host/host.ts';
import { type Kind, type Kinds, kindOf, type Step } from '../kind.ts';
import type { Ledger } from '../ledger.ts';
import { orderDocument, resourcesOf } from './graph.ts';
import { createPlanContext } from './inputs.ts';
import { findUnwanted } from './removal.ts';
import { weightOf } from './weight.ts';

export interface PlannedResource {
  readonly id: string;
  readonly component: string;
  /** Steps in order; empty when converged. */
  readonly sentences: readonly string[];
  /** What would be done, but is left by the resource's drift policy. */
  readonly left: readonly string[];
  /** What of the steps is compared with what is done, each once. `isRequired`: not to do it is a difference, too. */
  readonly changes: readonly { readonly change: string; readonly isRequired: boolean }[];
  readonly isRemoval: boolean;
  /** One of the steps could cut the machine off. */
  readonly touchesLink: boolean;
  /** Why it cannot be planned now. */
  readonly error: VentError | undefined;
}

export interface PlanOptions {
  readonly document: NodeDocument;
  readonly ledger: Ledger;
  readonly settled: Settled;
  readonly kinds: Kinds;
  readonly host: HostView;
}

/** One entry per resource of the document, then one per removal. @throws VentError DOCUMENT_REFUSED */
export async function planDocument(options: PlanOptions): Promise<readonly PlannedResource[]> {
  const { document, ledger, settled, kinds, host } = options;
  orderDocument(document);
  const context = createPlanContext(document);
  const changes = document.components.flatMap(({ name, resources }) =>
    resources.map((resource) => {
      const kind = kindOf(kinds, resource);
      return plan({ component: name, resource, kind, settled }, () => kind.plan(resource, host, context));
    }),
  );
  const claims = await ledger.claims();
  const removals = findUnwanted(document, claims, () => true).map(({ component, key, resource }) => {
    const others = claims.filter((claim) => claim.key !== key).map((claim) => claim.resource);
    const remaining = [...resourcesOf(document), ...others];
    const kind = kindOf(kinds, resource);
    return plan({ component, resource, kind }, () => kind.remove(resource, host, remaining));
  });
  return await Promise.all([...changes, ...removals]);
}

/** @param of without `settled` it is a removal */
async function plan(
  of: {
    readonly component: string;
    readonly resource: Resource;
    readonly kind: Pick<Kind, 'isOutsideGenerations' | 'isRemovedAfterCommit'>;
    readonly settled?: Settled;
  },
  look: () => Promise<readonly Step[]>,
): Promise<PlannedResource> {
  const { component, resource, kind, settled } = of;
  const base = { id: idOf(resource), component, isRemoval: settled === undefined, error: undefined };
  try {
    const steps = await look();
    const sentences = steps.map((step) => step.sentence);
    const isLeft = sentences.length > 0 && (await settled?.leaves(resource)) === true;
    const touchesLink = !isLeft && steps.some((step) => step.touchesLink === true);
    const changes = isLeft ? [] : listChanges(kind, steps, base.isRemoval);
    return { ...base, touchesLink, sentences: isLeft ? [] : sentences, changes, left: isLeft ? sentences : [] };
  } catch (thrown) {
    return { ...base, touchesLink: false, sentences: [], changes: [], left: [], error: VentError.from(thrown) };
  }
}

function listChanges(
  kind: Pick<Kind, 'isOutsideGenerations' | 'isRemovedAfterCommit'>,
  steps: readonly Step[],
  isRemoval: boolean,
): PlannedResource['changes'] {
  const changes = new Map<string, boolean>();
  for (const step of steps) {
    const isRequired = weightOf(kind, step, isRemoval) === 'must';
    changes.set(step.change, isRequired || changes.get(step.change) === true);
  }
  return [...changes].map(([change, isRequired]) => ({ change, isRequired }));
}
