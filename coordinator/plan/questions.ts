/** Questions to machines that wait for their answers. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { PlanResultView } from '../../shared/wire.ts';

export interface Questions {
  /** @param send is given the question's id @throws VentError UNAVAILABLE when the machine goes, DEADLINE when no answer comes */
  ask(nodeId: string, send: (id: string) => void): Promise<PlanResultView>;
  /** An answer that nobody waits for is dropped. */
  answer(result: PlanResultView): void;
  /** The machine's connection has ended. */
  lose(nodeId: string): void;
}

/** A look at every resource of a machine takes well under a second; a machine under load may take longer. */
const DEADLINE_MILLISECONDS = 30_000;

interface Open {
  readonly nodeId: string;
  resolve(result: PlanResultView): void;
  reject(reason: VentError): void;
}

export function createQuestions(clock: Clock): Questions {
  const open = new Map<string, Open>();
  return {
    async ask(nodeId, send) {
      const id = randomUUID();
      const { promise, resolve, reject } = Promise.withResolvers<PlanResultView>();
      const ending = new AbortController();
      open.set(id, { nodeId, resolve, reject });
      void clock.wait(DEADLINE_MILLISECONDS, ending.signal).then(
        () => reject(new VentError('DEADLINE', 'cannot plan: the machine has not answered within 30 s')),
        () => undefined,
      );
      try {
        send(id);
        return await promise;
      } finally {
        open.delete(id);
        ending.abort();
      }
    },
    answer: (result) => open.get(result.id)?.resolve(result),
    lose(nodeId) {
      for (const question of open.values())
        if (question.nodeId === nodeId)
          question.reject(new VentError('UNAVAILABLE', 'cannot plan: the connection to the machine has ended'));
    },
  };
}
