/** A machine that the laws of kinds run on: the fake one here, a real one in the lab. */

import type { FakeSupply } from '../../agent/fake/supply.ts';
import type { Host } from '../../agent/host/host.ts';
import { type Kinds, kindOf, type Step } from '../../agent/kind.ts';
import { createPlanContext } from '../../agent/reconcile/inputs.ts';
import type { Clock } from '../../shared/clock.ts';
import { idOf, type Resource } from '../../shared/document.ts';
import { makeDocument } from '../agent/machine.ts';

export interface KindMachine {
  readonly host: Host;
  readonly supply: FakeSupply;
  readonly kinds: Kinds;
  readonly clock: Clock;
  /** What can be seen of the machine, as text by name; live kernel values and packages left out. */
  snapshot(): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

const SIGNAL = new AbortController().signal;

export async function planSteps(machine: KindMachine, resource: Resource): Promise<readonly Step[]> {
  const context = createPlanContext(makeDocument({ laws: [resource] }));
  return await kindOf(machine.kinds, resource).plan(resource, machine.host, context);
}

export async function removalSteps(
  machine: KindMachine,
  resource: Resource,
  remaining: readonly Resource[] = [],
): Promise<readonly Step[]> {
  return await kindOf(machine.kinds, resource).remove(resource, machine.host, remaining);
}

export async function applySteps(machine: KindMachine, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await step.apply(machine.host, SIGNAL);
}

/** Sentences of a plan, for messages. */
export function sentencesOf(steps: readonly Step[]): readonly string[] {
  return steps.map((step) => step.sentence);
}

/** Plans and applies once. @throws Error naming what is still to be done */
export async function converge(machine: KindMachine, resource: Resource): Promise<void> {
  await applySteps(machine, await planSteps(machine, resource));
  const rest = await planSteps(machine, resource);
  if (rest.length > 0) throw new Error(`${idOf(resource)} is not converged: ${sentencesOf(rest).join('; ')}`);
}
