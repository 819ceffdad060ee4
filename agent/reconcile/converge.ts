/** One resource: look, explain, act, look again. */
import { idOf, type Resource } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { DoneChange } from '../../shared/report.ts';
import type { Settled } from '../drift/settled.ts';
import type { Emit } from '../events.ts';
import type { Host } from '../host/host.ts';
import { type Kind, type Kinds, kindOf, type PlanContext, type Step, type Weight } from '../kind.ts';
import type { Ledger } from '../ledger.ts';
import type { Patience } from './patience.ts';
import { weightOf } from './weight.ts';

export interface Pass {
  readonly kinds: Kinds;
  readonly host: Host;
  /** Changes what belongs to a generation, and keeps how it was; undefined while the generation is committed. */
  readonly keeping: Host | undefined;
  readonly ledger: Ledger;
  readonly settled: Settled;
  readonly context: PlanContext;
  /** Told of each step that counts before it begins; only while a generation is not committed. */
  readonly note?: ((change: DoneChange) => Promise<void>) | undefined;
  readonly signal: AbortSignal;
  readonly emit: Emit;
}

/** Makes the resource what it should be. @throws VentError of the step that failed, or NOT_CONVERGED when steps remain */
export async function convergeResource(
  pass: Pass,
  component: string,
  resource: Resource,
  patience: Patience,
): Promise<void> {
  const of = { id: idOf(resource), component };
  const kind = kindOf(pass.kinds, resource);
  const steps = await kind.plan(resource, pass.host, pass.context);
  if (steps.length > 0 && (await pass.settled.leaves(resource))) {
    leaveDrift(
      pass,
      component,
      resource,
      steps.map((step) => step.sentence),
    );
    return;
  }
  if (steps.length > 0) {
    await pass.ledger.claim(component, resource);
    let wasDeferred = false;
    for (const step of steps) wasDeferred = (await applyStep(pass, of, resource, step, patience)) || wasDeferred;
    const rest = await kind.plan(resource, pass.host, pass.context);
    const open = rest.find((step) => step.isDeferrable !== true) ?? (wasDeferred ? undefined : rest[0]);
    if (open !== undefined) throw notConverged(of.id, open);
  }
  await pass.settled.note(resource);
  pass.emit({ type: 'resource-converged', ...of, steps: steps.length });
}

/** @returns what an event of the step says of the link */
export function linkOf({ touchesLink }: Step): { readonly touchesLink?: true } {
  return touchesLink === undefined ? {} : { touchesLink };
}

/** Keeps what a step is about to change, unless it does not count. */
export async function noteStep(
  pass: Pass,
  of: { readonly id: string; readonly component: string },
  { change, sentence }: Step,
  weight: Weight,
): Promise<void> {
  if (weight !== 'free') await pass.note?.({ ...of, change, sentence });
}

/** The host that a kind's steps act on. */
export function hostFor(pass: Pass, kind: Pick<Kind, 'isOutsideGenerations'>): Host {
  return kind.isOutsideGenerations === true ? pass.host : (pass.keeping ?? pass.host);
}

/** A foreign change that the resource's policy leaves: it is named, and counts as converged. */
export function leaveDrift(pass: Pass, component: string, resource: Resource, sentences: readonly string[]): void {
  const of = { id: idOf(resource), component };
  if (resource.drift !== undefined) pass.emit({ type: 'drift-left', ...of, policy: resource.drift, sentences });
  pass.emit({ type: 'resource-converged', ...of, steps: 0, isLeft: true });
}

/** @returns true when the step failed but may wait */
async function applyStep(
  pass: Pass,
  of: { readonly id: string; readonly component: string },
  resource: Resource,
  step: Step,
  patience: Patience,
): Promise<boolean> {
  pass.signal.throwIfAborted();
  const isWait = resource.kind === 'probe';
  const kind = kindOf(pass.kinds, resource);
  const host = hostFor(pass, kind);
  await noteStep(pass, of, step, weightOf(kind, step, false));
  pass.emit({ type: 'step-started', ...of, sentence: step.sentence, isWait, ...linkOf(step) });
  try {
    if (isWait) await patience.whileWaiting(() => step.apply(host, patience.signal));
    else await step.apply(host, pass.signal);
    return false;
  } catch (thrown) {
    if (step.isDeferrable !== true || pass.signal.aborted) throw thrown;
    pass.emit({ type: 'step-deferred', ...of, sentence: step.sentence, error: VentError.from(thrown) });
    return true;
  }
}

export function notConverged(id: string, open: Step): VentError {
  return new VentError('NOT_CONVERGED', `cannot converge ${id}: still to be done: ${open.sentence}`, {
    hint: 'Look for something else on the machine that changes it back; the agent tries again.',
    retry: 'backoff',
  });
}
