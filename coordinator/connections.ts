/**
 * Which machines are connected now, and what each last said. In memory: after a restart every agent connects anew and
 * says it again.
 *
 * INVARIANT: a node has at most one connection; a newer one ends the older.
 */
import type { Clock } from '../shared/clock.ts';
import type { SignedDocument } from '../shared/document.ts';
import type { NodeReport } from '../shared/report.ts';

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
  /** Ends the stream. */
  end(): void;
}

/** The side of a connection that feeds this registry. */
export interface Seat {
  report(report: NodeReport): void;
  beat(): void;
  leave(): void;
}

export interface Connections {
  enter(nodeId: string, agentVersion: string, connection: Connection): Seat;
  live(nodeId: string): Live | undefined;
  /** Hands a document to the node when it is connected; otherwise it gets it with its welcome. */
  sendDocument(nodeId: string, document: SignedDocument): void;
  /** Ends a node's stream, if any. */
  end(nodeId: string): void;
  /** Called after every change that a user could see. @returns a function that ends it */
  onChange(listener: (nodeId: string) => void): () => void;
}

export function createConnections(clock: Clock): Connections {
  const lives = new Map<string, Live>();
  const open = new Map<string, Connection>();
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
      beat() {
        const live = lives.get(nodeId);
        if (isPresent() && live !== undefined) lives.set(nodeId, { ...live, lastSeenAt: timestamp() });
      },
      leave() {
        if (!isPresent()) return;
        open.delete(nodeId);
        change(nodeId, { isConnected: false, since: timestamp() });
      },
    };
  }

  return {
    enter,
    live: (nodeId) => lives.get(nodeId),
    sendDocument: (nodeId, document) => open.get(nodeId)?.sendDocument(document),
    end: (nodeId) => open.get(nodeId)?.end(),
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
