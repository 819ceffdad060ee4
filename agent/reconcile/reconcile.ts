/**
 * The engine: makes a machine what its document says.
 *
 * INVARIANTS
 * - Inside a component resources are converged in list order; across components only prerequisites order.
 * - A failure stops its own component and what comes after it, nothing else.
 * - A document that cannot be ordered changes nothing.
 * - Every resource is looked at first, all at once: where nothing is to be done, nothing else happens.
 * - An abort ends waits and starts nothing new; it is not a failure of any resource.
 * - A wait ends, without having failed, once something else failed and nothing but waits is left.
 */
import { type DocumentComponent, idOf, type NodeDocument, type Resource } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { DoneChange } from '../../shared/report.ts';
import type { Settled } from '../drift/settled.ts';
import type { Emit } from '../events.ts';
import type { Host } from '../host/host.ts';
import type { Kinds } from '../kind.ts';
import type { Ledger } from '../ledger.ts';
import { convergeResource, leaveDrift, type Pass } from './converge.ts';
import { orderDocument, type Prerequisites, resourcesOf } from './graph.ts';
import { findRebootPackages, findUnhealthyUnits } from './health.ts';
import { createPlanContext } from './inputs.ts';
import { createPatience, type Patience } from './patience.ts';
import { planDocument } from './plan.ts';
import { removeUnwanted } from './removal.ts';

export interface ReconcileOptions {
  readonly document: NodeDocument;
  readonly ledger: Ledger;
  readonly settled: Settled;
  readonly kinds: Kinds;
  readonly host: Host;
  /** Given while the generation is not committed: what its steps act on instead. */
  readonly keeping?: Host;
  /** Told of each step that counts before it begins. */
  readonly note?: (change: DoneChange) => Promise<void>;
  /** Set where something is known to be left to do: it is not looked for first. */
  readonly isOpen?: true;
  /** Set where the document holds only a part of what is wanted: nothing is removed. */
  readonly isPart?: true;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

export type PassResult = 'converged' | 'incomplete' | 'cancelled';

/** @throws VentError DOCUMENT_REFUSED before anything happened; every other failure is an event and gives `incomplete` */
export async function reconcile(options: ReconcileOptions): Promise<PassResult> {
  const { document, signal, emit } = options;
  const { generation } = document;
  const prerequisites = orderDocument(document);
  const { keeping, isPart } = options;
  const pass: Pass = { ...options, keeping, context: createPlanContext(document) };
  emit({ type: 'pass-started', generation });
  const isComplete =
    (options.isOpen !== true && (await isAsWanted(pass, document))) ||
    (await change(pass, document, prerequisites, isPart === true));
  const result = signal.aborted ? 'cancelled' : isComplete ? 'converged' : 'incomplete';
  emit({ type: 'units-observed', unhealthy: await findUnhealthyUnits(document, pass.host) });
  emit({ type: 'reboot-observed', packages: await findRebootPackages(pass.host) });
  // A part that is as wanted is not yet its generation: what follows is no drift.
  emit({ type: 'pass-ended', generation, result: isPart === true && result === 'converged' ? 'incomplete' : result });
  return result;
}

/** Looks only. @returns true when every resource is converged and nothing else is owned */
async function isAsWanted(pass: Pass, document: NodeDocument): Promise<boolean> {
  const planned = await planDocument({ ...pass, document });
  const isOpen = planned.some(
    ({ sentences, error, isRemoval }) => isRemoval || sentences.length > 0 || error !== undefined,
  );
  if (isOpen) return false;
  const resources = new Map(resourcesOf(document).map((resource) => [idOf(resource), resource]));
  for (const { id, component, left } of planned) {
    const resource = resources.get(id);
    if (resource !== undefined && left.length > 0) leaveDrift(pass, component, resource, left);
    else pass.emit({ type: 'resource-converged', id, component, steps: 0 });
    if (resource !== undefined && left.length === 0) await pass.settled.note(resource);
  }
  return true;
}

/** @returns true when every resource was converged and nothing unwanted is left */
async function change(
  pass: Pass,
  document: NodeDocument,
  prerequisites: Prerequisites,
  isPart: boolean,
): Promise<boolean> {
  const stopped = await convergeComponents(pass, document, prerequisites);
  if (isPart) return stopped.size === 0;
  const isClean = await removeUnwanted(pass, document, (id) => !stopped.has(id));
  return stopped.size === 0 && isClean;
}

/** @returns ids that did not converge */
async function convergeComponents(
  pass: Pass,
  document: NodeDocument,
  prerequisites: Prerequisites,
): Promise<ReadonlySet<string>> {
  /** By resource, the id of what stopped it (its own when it failed), or undefined once it is converged. */
  const endings = new Map(resourcesOf(document).map((it) => [idOf(it), Promise.withResolvers<string | undefined>()]));
  const ended = new Set<string>();
  const stopped = new Set<string>();
  const patience = createPatience(document.components.length, pass.signal);

  async function findBlocker(component: string, id: string): Promise<string | undefined> {
    for (const before of prerequisites.get(id) ?? []) {
      if (!ended.has(before)) pass.emit({ type: 'resource-waiting', id, component, on: before });
      const blocker = await patience.whileWaiting(async () => await endings.get(before)?.promise);
      if (blocker !== undefined) return blocker;
    }
    return undefined;
  }

  async function convergeComponent({ name: component, resources }: DocumentComponent): Promise<void> {
    let blocker: string | undefined;
    for (const resource of resources) {
      const id = idOf(resource);
      blocker ??= await findBlocker(component, id);
      if (blocker !== undefined && !pass.signal.aborted)
        pass.emit({ type: 'resource-blocked', id, component, by: blocker });
      else if (!(await tryToConverge(pass, component, resource, patience))) blocker = id;
      if (blocker !== undefined) stopped.add(id);
      ended.add(id);
      endings.get(id)?.resolve(blocker);
    }
    patience.leave();
  }

  await Promise.all(document.components.map(convergeComponent));
  return stopped;
}

async function tryToConverge(pass: Pass, component: string, resource: Resource, patience: Patience): Promise<boolean> {
  if (pass.signal.aborted) return false;
  try {
    await convergeResource(pass, component, resource, patience);
    return true;
  } catch (thrown) {
    if (pass.signal.aborted || (resource.kind === 'probe' && patience.isOver())) return false;
    pass.emit({ type: 'resource-failed', id: idOf(resource), component, error: VentError.from(thrown) });
    patience.lose();
    return false;
  }
}
