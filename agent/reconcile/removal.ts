/** Taking away what Vent owns and the document no longer holds, newest first. */
import { idOf, type NodeDocument, type Resource } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { kindOf } from '../kind.ts';
import { type Claim, claimKeyOf } from '../ledger.ts';
import { hostFor, linkOf, notConverged, noteStep, type Pass } from './converge.ts';
import { resourcesOf } from './graph.ts';
import { weightOf } from './weight.ts';

/**
 * Claims to take away, newest first. Residue is the data of programs, so it goes only with everything else, under the empty
 * document, and then after the rest of its component, when what made it has been stopped. A claim whose id lives on elsewhere waits until the new place is converged.
 */
export function findUnwanted(
  document: NodeDocument,
  claims: readonly Claim[],
  isConverged: (id: string) => boolean,
): readonly Claim[] {
  const wanted = new Set(resourcesOf(document).map(claimKeyOf));
  const ids = new Set(resourcesOf(document).map(idOf));
  const unwanted = claims
    .filter(({ key, resource }) => !wanted.has(key) && (!ids.has(idOf(resource)) || isConverged(idOf(resource))))
    .toReversed();
  const isResidue = ({ resource }: Claim): boolean => resource.kind === 'residue';
  const others = unwanted.filter((claim) => !isResidue(claim));
  const lastOf = new Map(others.map((claim, index) => [claim.component, index]));
  // Equal places keep their order, so a component's residue stands behind its last claim.
  const placeOf = (claim: Claim): number =>
    isResidue(claim) ? (lastOf.get(claim.component) ?? -1) : others.indexOf(claim);
  const residue = document.components.length === 0 ? unwanted.filter(isResidue) : [];
  return [...others, ...residue].toSorted((left, right) => placeOf(left) - placeOf(right));
}

/** A failure stops the removals of its own component only. @returns true when nothing unwanted is left */
export async function removeUnwanted(
  pass: Pass,
  document: NodeDocument,
  isConverged: (id: string) => boolean,
): Promise<boolean> {
  const stopped = new Set<string>();
  const unwanted = findUnwanted(document, await pass.ledger.claims(), isConverged);
  for (const claim of unwanted.filter(({ resource }) => mayGoNow(pass, resource))) {
    if (stopped.has(claim.component) || pass.signal.aborted) continue;
    const of = { id: idOf(claim.resource), component: claim.component };
    try {
      await removeClaim(pass, document, claim);
      pass.emit({ type: 'removal-ended', ...of });
    } catch (thrown) {
      stopped.add(claim.component);
      if (!pass.signal.aborted) pass.emit({ type: 'removal-failed', ...of, error: VentError.from(thrown) });
    }
  }
  return stopped.size === 0;
}

function mayGoNow(pass: Pass, resource: Resource): boolean {
  return pass.keeping === undefined || kindOf(pass.kinds, resource).isRemovedAfterCommit !== true;
}

async function removeClaim(pass: Pass, document: NodeDocument, claim: Claim): Promise<void> {
  const { resource, component } = claim;
  const kind = kindOf(pass.kinds, resource);
  const others = (await pass.ledger.claims()).filter(({ key }) => key !== claim.key);
  const remaining = [...resourcesOf(document), ...others.map((other) => other.resource)];
  for (const step of await kind.remove(resource, pass.host, remaining)) {
    pass.signal.throwIfAborted();
    await noteStep(pass, { id: idOf(resource), component }, step, weightOf(kind, step, true));
    pass.emit({ type: 'removal-started', id: idOf(resource), component, sentence: step.sentence, ...linkOf(step) });
    await step.apply(hostFor(pass, kind), pass.signal);
  }
  const open = (await kind.remove(resource, pass.host, remaining))[0];
  if (open !== undefined) throw notConverged(idOf(resource), open);
  await pass.ledger.release(claim.key);
}
