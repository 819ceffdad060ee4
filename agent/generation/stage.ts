/** What a change needs is brought to the machine before the machine is changed. */
import { idOf, type NodeDocument } from '../../shared/document.ts';
import type { Settled } from '../drift/settled.ts';
import type { Emit } from '../events.ts';
import type { Host } from '../host/host.ts';
import { type Kinds, kindOf } from '../kind.ts';
import type { Ledger } from '../ledger.ts';
import { createPlanContext } from '../reconcile/inputs.ts';

export interface StageOptions {
  readonly document: NodeDocument;
  /** Ids of resources that have steps. */
  readonly open: readonly string[];
  readonly kinds: Kinds;
  readonly settled: Settled;
  readonly ledger: Ledger;
  readonly host: Host;
  readonly emit: Emit;
  readonly signal: AbortSignal;
}

/** Runs every preparing step of the document, component beside component. What cannot be planned now is left for the pass. */
export async function stageDocument(options: StageOptions): Promise<void> {
  const { document, kinds, settled, ledger, host, emit, signal } = options;
  const open = new Set(options.open);
  const context = createPlanContext(document);
  await Promise.all(
    document.components.map(async ({ name: component, resources }) => {
      for (const resource of resources.filter((one) => open.has(idOf(one)))) {
        const steps = await kindOf(kinds, resource)
          .plan(resource, host, context)
          .catch(() => []);
        const preparations = steps.filter((step) => step.isPreparation === true);
        if (preparations.length === 0 || (await settled.leaves(resource))) continue;
        await ledger.claim(component, resource);
        for (const step of preparations) {
          signal.throwIfAborted();
          emit({ type: 'step-started', id: idOf(resource), component, sentence: step.sentence, isWait: false });
          await step.apply(host, signal);
        }
      }
    }),
  );
}
