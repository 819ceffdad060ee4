/** Questions to machines that wait for their answers. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';

/** What is asked, for messages, and how long it may take. */
export interface Kind {
  /** `cannot <verb>: ...` */
  readonly verb: string;
  readonly milliseconds: number;
}

export interface Questions<T extends { readonly id: string }> {
  /**
   * @param send is given the question's id
   * @param id for questions that have one already
   * @throws VentError UNAVAILABLE when the machine goes, DEADLINE when no answer comes
   */
  ask(nodeId: string, send: (id: string) => void, id?: string): Promise<T>;
  /** An answer that nobody waits for is dropped. */
  answer(result: T): void;
  /** The machine's connection has ended. */
  lose(nodeId: string): void;
}

interface Open<T> {
  readonly nodeId: string;
  resolve(result: T): void;
  reject(reason: VentError): void;
}

export function createQuestions<T extends { readonly id: string }>(
  clock: Clock,
  { verb, milliseconds }: Kind,
): Questions<T> {
  const open = new Map<string, Open<T>>();
  return {
    async ask(nodeId, send, id = randomUUID()) {
      const { promise, resolve, reject } = Promise.withResolvers<T>();
      const ending = new AbortController();
      open.set(id, { nodeId, resolve, reject });
      const late = `cannot ${verb}: the machine has not answered within ${milliseconds / 1000} s`;
      void clock.wait(milliseconds, ending.signal).then(
        () => reject(new VentError('DEADLINE', late)),
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
          question.reject(new VentError('UNAVAILABLE', `cannot ${verb}: the connection to the machine has ended`));
    },
  };
}
