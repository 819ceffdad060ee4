/**
 * The agent's one stream to the coordinator.
 *
 * INVARIANTS
 * - At most one stream is open; it is opened again with growing pauses for as long as the agent runs.
 * - The newest report is sent on every new stream, so the coordinator never has to ask.
 * - Nothing here decides whether a document is taken: it hands over bytes.
 */
import type { Client } from '@grpc/grpc-js';
import { type Backoff, createBackoff, RECONNECT } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import type { SignedDocument } from '../../shared/document.ts';
import { DOCUMENT_SCHEMA } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Facts } from '../../shared/facts.ts';
import type { Logger } from '../../shared/log.ts';
import { CHANGE_FORM, type NodeReport } from '../../shared/report.ts';
import { type Duplex, open } from '../../shared/rpc.ts';
import {
  factsToWire,
  type PlannedResourceView,
  reportToWire,
  type Services,
  type SignedOperationView,
  type TrustBundle,
} from '../../shared/wire.ts';

export interface LinkOptions {
  readonly services: Services;
  readonly clock: Clock;
  readonly log: Logger;
  readonly random: () => number;
  /** The channel to use now; a renewal replaces it. */
  channel(): Client;
  facts(): Promise<Facts>;
  /** The newest document on disk: [epoch, generation], zeros before the first. */
  floor(): Promise<readonly [number, number]>;
  onDocument(document: SignedDocument): void;
  onTrust(trust: TrustBundle): Promise<void>;
  /** What the machine would do for these components of a document (JSON). @throws VentError */
  onPlan(components: Uint8Array): Promise<readonly PlannedResourceView[]>;
  /** The coordinator orders that everything Vent made be undone. */
  onReset(): Promise<void>;
  /** Does an operation. @returns what it gave, to be written as JSON @throws VentError */
  onOperation(signed: SignedDocument): Promise<unknown>;
}

export interface Link {
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
  /** Keeps the newest report and sends it when there is a stream. */
  report(report: NodeReport): void;
  isConnected(): boolean;
  /** Ends the present stream, so that the next one uses the present channel. */
  reconnect(): void;
}

type Stream = Duplex<Parameters<ReturnType<typeof connect>['send']>[0], unknown>;

function connect(services: Services, channel: Client) {
  return open(channel, services.node.Connect);
}

export function createLink(options: LinkOptions): Link {
  let stream: Stream | undefined;
  let isWelcome = false;
  let newest: NodeReport | undefined;

  async function serve(backoff: Backoff): Promise<void> {
    const duplex = connect(options.services, options.channel());
    stream = duplex;
    duplex.send({ hello: await hello(options) });
    const ended = new AbortController();
    try {
      for await (const message of duplex.received) {
        if (message.welcome !== undefined) {
          isWelcome = true;
          backoff.reset();
          await options.onTrust(requireTrust(message.welcome.trust));
          if (newest !== undefined) duplex.send({ report: reportToWire(newest) });
          void beat(duplex, message.welcome.heartbeat_seconds * 1000, options, ended.signal);
        } else if (message.document !== undefined) {
          options.onDocument({
            payload: message.document.payload,
            signature: message.document.signature,
            keyId: message.document.key_id,
          });
        } else if (message.plan !== undefined) {
          void answerPlan(duplex, message.plan, options);
        } else if (message.reset !== undefined) {
          await options.onReset();
        } else if (message.operation !== undefined) {
          void answerOperation(duplex, message.operation, options);
        } else if (message.trust !== undefined) {
          await options.onTrust(message.trust);
        }
      }
    } finally {
      ended.abort();
      isWelcome = false;
      stream = undefined;
      duplex.cancel();
    }
  }

  async function run(signal: AbortSignal): Promise<void> {
    const backoff = createBackoff(RECONNECT, options.random);
    signal.addEventListener('abort', () => stream?.cancel(), { once: true });
    while (!signal.aborted) {
      try {
        await serve(backoff);
        options.log.info('the coordinator closed the connection');
      } catch (thrown) {
        if (signal.aborted) return;
        const error = VentError.from(thrown);
        options.log.warn('connection to the coordinator failed', { code: error.code, cause: error.message });
      }
      await options.clock.wait(backoff.next(), signal).catch(() => undefined);
    }
  }

  return {
    run,
    report(report) {
      newest = report;
      if (isWelcome) stream?.send({ report: reportToWire(report) });
    },
    isConnected: () => isWelcome,
    reconnect: () => stream?.cancel(),
  };
}

/** Looking takes its time; what comes meanwhile is not kept waiting. */
async function answerPlan(
  duplex: Stream,
  { id, components }: { readonly id: string; readonly components: Uint8Array },
  options: LinkOptions,
): Promise<void> {
  try {
    const resources = await options.onPlan(components);
    duplex.send({ plan: { id, resources, error: '', form: CHANGE_FORM } });
  } catch (thrown) {
    duplex.send({ plan: { id, resources: [], error: VentError.from(thrown).message, form: CHANGE_FORM } });
  }
}

async function answerOperation(
  duplex: Stream,
  { id, payload, signature, key_id: keyId }: SignedOperationView,
  options: LinkOptions,
): Promise<void> {
  try {
    const value = await options.onOperation({ payload, signature, keyId });
    const text = value === undefined ? '' : JSON.stringify(value);
    duplex.send({ operation: { id, value: Buffer.from(text), error_code: '', error: '' } });
  } catch (thrown) {
    const { code, message } = VentError.from(thrown);
    options.log.warn('an operation was not done', { operation: id, code, cause: message });
    duplex.send({ operation: { id, value: Buffer.alloc(0), error_code: code, error: message } });
  }
}

async function hello(options: LinkOptions) {
  const facts = await options.facts();
  const [epoch, generation] = await options.floor();
  return {
    facts: factsToWire(facts),
    agent_version: facts.agentVersion,
    epoch: String(epoch),
    generation: String(generation),
    document_schema: DOCUMENT_SCHEMA,
  };
}

function requireTrust(trust: TrustBundle | undefined): TrustBundle {
  if (trust === undefined)
    throw new VentError('INVALID_INPUT', 'cannot use the welcome: it holds no trust bundle', { retry: 'backoff' });
  return trust;
}

/** A beat is a few bytes on an open stream; the pause varies by a tenth, so that machines do not beat together. */
async function beat(duplex: Stream, milliseconds: number, options: LinkOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await options.clock.wait(milliseconds * (0.9 + 0.2 * options.random()), signal).catch(() => undefined);
    if (!signal.aborted) duplex.send({ heartbeat: {} });
  }
}
