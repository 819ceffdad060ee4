/** An operator service in memory: what is answered crosses the real encoding, so that left out fields have their defaults. */
import { VentError } from '../../shared/errors.ts';
import { narrow } from '../../shared/rpc.ts';
import { loadServices, type Method, type Narrow, type Services } from '../../shared/wire.ts';
import type { Operator } from './operator.ts';

type Methods = Services['operator'];
type Answer<SI> = Narrow<SI> | Promise<Narrow<SI>> | AsyncIterable<Narrow<SI>>;

/** One function for each method that a test expects to be called. */
export type OperatorAnswers = {
  readonly [Name in keyof Methods]?: Methods[Name] extends {
    responseSerialize(value: infer SI): Buffer;
    requestDeserialize(bytes: Buffer): infer RO;
  }
    ? (request: Narrow<RO>, signal: AbortSignal | undefined) => Answer<SI>
    : never;
};

export interface FakeOperator extends Operator {
  /** Names of the methods that were called, in order. */
  readonly calls: readonly string[];
  readonly isClosed: () => boolean;
}

type Respond = (request: unknown, signal: AbortSignal | undefined) => unknown;

/** A method without an answer is UNAVAILABLE, as a coordinator that is away. */
export function createFakeOperator(answers: OperatorAnswers): FakeOperator {
  const methods = loadServices().operator;
  const calls: string[] = [];
  let isClosed = false;

  function respond<RI, SI, RO, SO>(
    method: Method<RI, SI, RO, SO>,
    request: Narrow<RI>,
    signal: AbortSignal | undefined,
  ): unknown {
    const name = method.path.slice(method.path.lastIndexOf('/') + 1);
    calls.push(name);
    const answer = Reflect.get(answers, name) as Respond | undefined;
    if (answer === undefined)
      throw new VentError('UNAVAILABLE', 'cannot reach the coordinator: it is away', { retry: 'backoff' });
    return answer(method.requestDeserialize(method.requestSerialize(request as RI)), signal);
  }

  return {
    calls,
    isClosed: () => isClosed,
    close() {
      isClosed = true;
    },
    async call(select, request, limits) {
      const method = select(methods);
      const answer = await respond(method, request, limits?.signal);
      return throughWire(method, answer);
    },
    async *stream(select, request, signal) {
      const method = select(methods);
      const answers = respond(method, request, signal) as AsyncIterable<unknown>;
      for await (const answer of answers) yield throughWire(method, answer);
    },
  };
}

function throughWire<RI, SI, RO, SO>(method: Method<RI, SI, RO, SO>, answer: unknown): Narrow<SO> {
  return narrow(method.responseDeserialize(method.responseSerialize(answer as SI)));
}
