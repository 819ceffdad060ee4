/**
 * Which machines are connected now, and what each last said. In memory: after a restart every agent connects anew and
 * says it again.
 *
 * INVARIANT: a node has at most one connection; a newer one ends the older.
 */
import type { Clock } from '../shared/clock.ts';
import type { SignedDocument } from '../shared/document.ts';
import { ERRORS, type ErrorCode, VentError } from '../shared/errors.ts';
import type { NodeReport } from '../shared/report.ts';
import type { OperationResultView, PlanResultView, SignedOperationView } from '../shared/wire.ts';
import { createQuestions } from './plan/questions.ts';

export interface Live {
  readonly isConnected: boolean;
  /** RFC 3339: start of the present connection, or end of the last. */
  readonly since: string;
  readonly lastSeenAt: string;
  readonly agentVersion: string;
  readonly report: NodeReport | undefined;
}

export interface Connection {
  sendDocument(document: SignedDocument): void;
  /** @param components JSON */
  sendQuestion(id: string, components: Uint8Array): void;
  sendReset(): void;
  sendOperation(operation: SignedOperationView): void;
  /** Ends the stream. */
  end(): void;
}

/** The side of a connection that feeds this registry. */
export interface Seat {
  report(report: NodeReport): void;
  answer(result: PlanResultView): void;
  operated(result: OperationResultView): void;
  beat(): void;
  leave(): void;
}

export interface Connections {
  enter(nodeId: string, agentVersion: string, connection: Connection): Seat;
  live(nodeId: string): Live | undefined;
  /** Hands a document to the node when it is connected; otherwise it gets it with its welcome. */
  sendDocument(nodeId: string, document: SignedDocument): void;
  /** Tells the node to undo everything; one that is away is told with its welcome. */
  sendReset(nodeId: string): void;
  /**
   * Asks a machine what it would do for these components of a document (JSON).
   * @throws VentError UNAVAILABLE when it is not connected or goes, DEADLINE when it does not answer in time
   */
  ask(nodeId: string, components: Uint8Array): Promise<PlanResultView>;
  /**
   * Has a machine do a signed operation. @returns what it gave, JSON in UTF-8, empty for nothing
   * @throws VentError UNAVAILABLE when it is not connected or goes, DEADLINE when it does not answer in time, or as it failed there
   */
  operate(nodeId: string, operation: SignedOperationView): Promise<Uint8Array>;
  /** Ends a node's stream, if any. */
  end(nodeId: string): void;
  /** Called after every change that a user could see. @returns a function that ends it */
  onChange(listener: (nodeId: string) => void): () => void;
}

/** A look at every resource of a machine takes well under a second; a machine under load may take longer. */
const PLAN_MILLISECONDS = 30_000;
/** Longer than anything that an agent waits for. */
const OPERATION_MILLISECONDS = 11 * 60_000;

export function createConnections(clock: Clock): Connections {
  const lives = new Map<string, Live>();
  const open = new Map<string, Connection>();
  const questions = createQuestions<PlanResultView>(clock, { verb: 'plan', milliseconds: PLAN_MILLISECONDS });
  const operations = createQuestions<OperationResultView>(clock, {
    verb: 'do the operation',
    milliseconds: OPERATION_MILLISECONDS,
  });
  const listeners = new Set<(nodeId: string) => void>();
  const timestamp = (): string => new Date(clock.now()).toISOString();

  function change(nodeId: string, live: Partial<Live>): void {
    const before = lives.get(nodeId) ?? {
      isConnected: false,
      since: timestamp(),
      lastSeenAt: timestamp(),
      agentVersion: '',
      report: undefined,
    };
    lives.set(nodeId, { ...before, ...live });
    for (const listener of listeners) listener(nodeId);
  }

  function enter(nodeId: string, agentVersion: string, connection: Connection): Seat {
    open.get(nodeId)?.end();
    open.set(nodeId, connection);
    change(nodeId, { isConnected: true, since: timestamp(), lastSeenAt: timestamp(), agentVersion });
    const isPresent = (): boolean => open.get(nodeId) === connection;
    return {
      report(report) {
        if (isPresent()) change(nodeId, { report, lastSeenAt: timestamp() });
      },
      answer: (result) => questions.answer(result),
      operated: (result) => operations.answer(result),
      beat() {
        const live = lives.get(nodeId);
        if (isPresent() && live !== undefined) lives.set(nodeId, { ...live, lastSeenAt: timestamp() });
      },
      leave() {
        if (!isPresent()) return;
        open.delete(nodeId);
        questions.lose(nodeId);
        operations.lose(nodeId);
        change(nodeId, { isConnected: false, since: timestamp() });
      },
    };
  }

  return {
    enter,
    live: (nodeId) => lives.get(nodeId),
    sendDocument: (nodeId, document) => open.get(nodeId)?.sendDocument(document),
    sendReset: (nodeId) => open.get(nodeId)?.sendReset(),
    ask(nodeId, components) {
      const connection = open.get(nodeId);
      if (connection === undefined) throw new VentError('UNAVAILABLE', 'cannot ask the machine: it is not connected');
      return questions.ask(nodeId, (id) => connection.sendQuestion(id, components));
    },
    async operate(nodeId, operation) {
      const connection = open.get(nodeId);
      if (connection === undefined)
        throw new VentError('UNAVAILABLE', 'cannot do the operation: the machine is not connected');
      const send = (): void => connection.sendOperation(operation);
      const { value, error, error_code: code } = await operations.ask(nodeId, send, operation.id);
      if (code === '') return value;
      throw new VentError(code in ERRORS ? (code as ErrorCode) : 'COMMAND_FAILED', error);
    },
    end: (nodeId) => open.get(nodeId)?.end(),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
