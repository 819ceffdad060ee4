/** The node port: one stream an agent, and unary calls for what its present document names. */
import type { Clock } from '../../shared/clock.ts';
import type { ResourceOf, SignedDocument } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import { isSignedBy, readPublicKey } from '../../shared/identity/keys.ts';
import { renewalStatement } from '../../shared/identity/messages.ts';
import type { Logger } from '../../shared/log.ts';
import type { DriftEntry } from '../../shared/report.ts';
import { answer, answerDuplex, type Caller, type Duplex } from '../../shared/rpc.ts';
import {
  factsFromWire,
  type Handlers,
  type NodeMessages,
  reportFromWire,
  type TrustBundle,
} from '../../shared/wire.ts';
import type { Holder } from '../authority/holders.ts';
import type { Connections, Seat } from '../connections.ts';
import type { Documents } from '../documents.ts';
import type { NodeRow } from '../nodes/row.ts';
import type { Uploads } from '../snapshots/uploads.ts';
import type { Collection } from '../store/collection.ts';

export interface NodeServiceOptions {
  readonly nodes: Collection<NodeRow>;
  readonly documents: Documents;
  readonly connections: Connections;
  readonly uploads: Pick<Uploads, 'receive'>;
  /** Whose certificate the TLS layer verified. */
  holderOf(caller: Caller): Promise<Holder | undefined>;
  trust(): Promise<TrustBundle>;
  /** Signs a leaf for what the document's certificate resource says. @returns PEM, leaf first */
  issue(node: NodeRow, certificate: ResourceOf<'certificate'>, spki: Uint8Array): Promise<string>;
  /** The value of a secret; the caller has checked that the node may have it. */
  secret(name: string, version: number): Promise<Uint8Array>;
  /** A new certificate for a node that proved its present one. @returns PEM, leaf first */
  renew(nodeId: string, spki: Uint8Array): Promise<string>;
  /** The node was reset and is to be forgotten. */
  leave(node: NodeRow): Promise<void>;
  /** Keeps what a report tells of foreign changes. */
  recordDrift(nodeId: string, entries: readonly DriftEntry[]): Promise<void>;
  readonly clock: Clock;
  readonly log: Logger;
}

const HEARTBEAT_SECONDS = 30;

export function createNodeService(options: NodeServiceOptions): Handlers['node'] {
  const onBug = (error: VentError): void =>
    options.log.error('a call of an agent met a defect', { cause: String(error.cause), stack: error.stack ?? '' });
  return {
    Connect: answerDuplex(
      async (duplex, caller) => serveAgent(options, duplex, await authenticate(options, caller)),
      onBug,
    ),
    IssueBundle: answer(async (request, caller) => {
      const node = await authenticate(options, caller);
      const wanted = await findResource(options, node, 'certificate', (one) => one.name === request.certificate);
      checkPossession(request.spki, request.signature, Buffer.from(`vent bundle\n${request.certificate}\n${node.id}`));
      return { certificate_chain: await options.issue(node, wanted, request.spki) };
    }, onBug),
    GetSecret: answer(async (request, caller) => {
      const node = await authenticate(options, caller);
      await findResource(
        options,
        node,
        'secret',
        (one) => one.secret === request.name && one.version === request.version,
      );
      return { value: Buffer.from(await options.secret(request.name, request.version)) };
    }, onBug),
    Confirm: answer(async (request, caller) => {
      const node = await authenticate(options, caller);
      const newest = await options.documents.decoded(node.id);
      // The caller may have been overtaken by a newer document; what nobody gave it is another matter.
      if (
        newest === undefined ||
        newest.epoch !== Number(request.epoch) ||
        newest.generation < Number(request.generation)
      )
        throw new VentError(
          'NOT_FOUND',
          `cannot confirm generation ${request.generation} of ${node.name}: none was given`,
        );
      options.log.info('a generation was confirmed', { node: node.name, generation: Number(request.generation) });
      return {};
    }, onBug),
    Leave: answer(async (_, caller) => {
      await options.leave(await authenticate(options, caller));
      return {};
    }, onBug),
    SendSnapshot: answerDuplex(async ({ received, send }, caller) => {
      const node = await authenticate(options, caller);
      await options.uploads.receive(node.id, received, (bytes, kept) => send({ received: String(bytes), kept }));
    }, onBug),
    Renew: answer(async (request, caller) => {
      const node = await authenticate(options, caller);
      checkPossession(request.spki, request.signature, renewalStatement(node.id));
      return { certificate_chain: await options.renew(node.id, request.spki) };
    }, onBug),
  };
}

/** The node whose certificate the TLS layer verified. Asked on every call, so that what is decided about a node holds at once. */
async function authenticate(options: NodeServiceOptions, caller: Caller): Promise<NodeRow> {
  const holder = await options.holderOf(caller);
  const row = holder?.type === 'node' ? await options.nodes.get(holder.id) : undefined;
  if (row === undefined || row.value.banned === true) {
    throw new VentError(
      'UNAUTHENTICATED',
      'cannot accept the call: the certificate belongs to no machine of this cluster',
    );
  }
  return row.value;
}

async function findResource<K extends 'certificate' | 'secret'>(
  options: NodeServiceOptions,
  node: NodeRow,
  kind: K,
  matches: (resource: ResourceOf<K>) => boolean,
): Promise<ResourceOf<K>> {
  const document = await options.documents.decoded(node.id);
  const resources = document?.components.flatMap((component) => component.resources) ?? [];
  const found = resources.find(
    (resource): resource is ResourceOf<K> => resource.kind === kind && matches(resource as ResourceOf<K>),
  );
  if (found !== undefined) return found;
  throw new VentError('NOT_FOUND', `cannot give ${node.name} that ${kind}: its document does not name it`, {
    retry: 'backoff',
  });
}

/** @throws VentError INVALID_INPUT unless the caller holds the private key of `spki`, which must be on P-256 or P-384 */
function checkPossession(spki: Uint8Array, signature: Uint8Array, statement: Uint8Array): void {
  if (isSignedBy(readPublicKey(spki), statement, signature)) return;
  throw new VentError('INVALID_INPUT', 'cannot sign a certificate: the request does not prove its key');
}

type AgentStream = Duplex<NodeMessages['toAgent'], NodeMessages['fromAgent']>;

async function serveAgent(options: NodeServiceOptions, duplex: AgentStream, node: NodeRow): Promise<void> {
  let seat: Seat | undefined;
  try {
    for await (const message of duplex.received) {
      if (seat === undefined) {
        if (message.hello === undefined)
          throw new VentError('INVALID_INPUT', 'cannot serve the agent: its first message is not hello');
        seat = await welcome(options, duplex, node, message.hello);
      } else if (message.report !== undefined) {
        const report = reportFromWire(message.report);
        seat.report(report);
        await recordDrift(options, node, report.drift);
        if (message.report.converged) options.documents.refresh();
      } else if (message.plan !== undefined) {
        seat.answer(message.plan);
      } else if (message.operation !== undefined) {
        seat.operated(message.operation);
      } else if (message.heartbeat !== undefined) {
        seat.beat();
      }
    }
  } finally {
    seat?.leave();
  }
}

/** What cannot be kept now stands in the machine's next report, too. */
async function recordDrift(options: NodeServiceOptions, node: NodeRow, entries: readonly DriftEntry[]): Promise<void> {
  await options.recordDrift(node.id, entries).catch((thrown: unknown) => {
    const { code, message } = VentError.from(thrown);
    options.log.warn('drift of a machine could not be kept', { node: node.name, code, cause: message });
  });
}

async function welcome(
  options: NodeServiceOptions,
  duplex: AgentStream,
  node: NodeRow,
  hello: NonNullable<NodeMessages['fromAgent']['hello']>,
): Promise<Seat> {
  if (hello.facts === undefined)
    throw new VentError('INVALID_INPUT', 'cannot serve the agent: its hello holds no facts');
  const facts = factsFromWire(hello.facts, hello.agent_version);
  await options.nodes.update(node.id, (row) =>
    row === undefined || JSON.stringify(row.facts) === JSON.stringify(facts)
      ? undefined
      : { ...row, facts: structuredClone(facts) as NonNullable<NodeRow['facts']> },
  );
  const send = (document: SignedDocument): void =>
    duplex.send({ document: { payload: document.payload, signature: document.signature, key_id: document.keyId } });
  duplex.send({
    welcome: {
      node_name: node.name,
      trust: await options.trust(),
      clock_unix_milliseconds: String(options.clock.now()),
      heartbeat_seconds: HEARTBEAT_SECONDS,
    },
  });
  const seat = options.connections.enter(node.id, hello.agent_version, {
    sendDocument: send,
    sendQuestion: (id, components) => duplex.send({ plan: { id, components: Buffer.from(components) } }),
    sendReset: () => duplex.send({ reset: {} }),
    sendOperation: (operation) => duplex.send({ operation }),
    end: () => duplex.cancel(),
  });
  if (node.resettingSince !== undefined) {
    duplex.send({ reset: {} });
    return seat;
  }
  // Entered first: a document issued from now on is sent by the registry, so none falls between.
  const newest = await options.documents.signed(node.id);
  if (newest !== undefined) send(newest);
  options.documents.refresh();
  options.log.info('agent connected', { node: node.name, version: hello.agent_version });
  return seat;
}
