/**
 * A running agent: enrolled, connected, reconciling.
 *
 * INVARIANTS
 * - The machine is reconciled from the document on its disk before anybody is reached.
 * - A document from the wire is verified, then durable, then used; one after the other.
 */
import type { KeyObject } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import type { SignedDocument } from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import type { Facts } from '../shared/facts.ts';
import type { Logger } from '../shared/log.ts';
import type { DriftEntry, NodeReport } from '../shared/report.ts';
import { call } from '../shared/rpc.ts';
import type { Services, TrustBundle } from '../shared/wire.ts';
import { createBackends } from './backends.ts';
import { createSettled } from './drift/settled.ts';
import { createDriftWatch, type DriftWatch } from './drift/watch.ts';
import { loadReached, type Reached, readEndpoints } from './endpoints.ts';
import type { EnrolTransport } from './enrol.ts';
import type { Emit } from './events.ts';
import { createGenerations, type Generations } from './generation/generations.ts';
import type { Host } from './host/host.ts';
import type { Identity, IdentityStore } from './identity.ts';
import { createKinds } from './kinds/index.ts';
import { createLedger } from './ledger.ts';
import { type Connection, createConnection } from './link/connection.ts';
import { createLink, type Link } from './link/link.ts';
import { createSnapshotSender } from './link/snapshot.ts';
import { createSupply } from './link/supply.ts';
import { createLoop, type Loop } from './loop.ts';
import { createOperations } from './operations/operations.ts';
import { answerPlan, aroundOf } from './reconcile/answer.ts';
import { runRenewal } from './renewal.ts';
import { createReporter } from './report.ts';
import { returnAsNode } from './return.ts';
import type { Trusted } from './signer.ts';
import { createDocumentStore, type DocumentStore } from './store.ts';
import { createTrace } from './trace.ts';
import { type AcceptedDocument, acceptDocument, compareFloors } from './verify.ts';

export interface AgentOptions {
  readonly host: Host;
  readonly identity: Identity;
  readonly identities: IdentityStore;
  readonly trust: TrustBundle;
  readonly services: Services;
  /** Where an address of the coordinator's node port is connected to from here; there itself unless given. */
  readonly route?: (address: string) => string;
  /** Opens an enrol port, for a machine whose certificate has ended. @param address `host:port` @param roots PEM */
  connect(address: string, roots: string): EnrolTransport;
  facts(): Promise<Facts>;
  /** What the agent that ran before told of foreign changes. */
  readonly drift: readonly DriftEntry[];
  /** Begins a reset, which ends this agent. */
  beginReset(): Promise<void>;
  /** The newest report, for those who ask on the machine. */
  onReport(report: NodeReport): Promise<void>;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

const CALL_MILLISECONDS = 15_000;
const TAKE_AGAIN_MILLISECONDS = 5000;

class Agent {
  readonly #options: AgentOptions;
  readonly #store: DocumentStore;
  readonly #connection: Connection;
  readonly #link: Link;
  readonly #loop: Loop;
  readonly #emit: Emit;
  readonly #drift: DriftWatch;
  readonly #generations: Generations;
  readonly #signal: AbortSignal;
  #trust: TrustBundle;
  #taking: Promise<void> = Promise.resolve();
  #newest: SignedDocument | undefined;
  #watching = new AbortController();

  constructor(options: AgentOptions, place: Reached, signal: AbortSignal) {
    const { host, clock, random, log, services, identity, route } = options;
    this.#options = options;
    this.#trust = options.trust;
    this.#store = createDocumentStore(host.files);
    this.#connection = createConnection({ identity, place, trust: () => this.#trust, route });
    const { nodeId } = identity;
    const supply = createSupply({ services, nodeId, ...this.#connection, trust: () => this.#trust });
    const kinds = createKinds({ supply, clock });
    const ledger = createLedger({ files: host.files, log });
    const settled = createSettled(host.files);
    const trusted = () => this.#trusted(true);
    const sendSnapshot = createSnapshotSender(services, this.#connection.channel);
    const operations = createOperations({ host, clusterId: identity.clusterId, nodeId, trusted, sendSnapshot });
    const trace = createTrace(log);
    this.#drift = createDriftWatch({ host, clock, nudge: () => this.#loop.nudge() }, signal);
    const report = createReporter({ clock, publish: (newest) => this.#publish(newest), drift: options.drift, signal });
    const emit: Emit = (event) => {
      trace(event);
      report(event);
      this.#drift.observe(event);
    };
    this.#emit = emit;
    this.#signal = signal;
    this.#generations = createGenerations({
      ...{ host, ledger, settled, kinds, emit, clock, log },
      store: this.#store,
      confirm: (accepted) => this.#confirm(accepted),
    });
    this.#loop = createLoop({
      reconcile: async (accepted, passSignal) => {
        const result = await this.#generations.pass(accepted, passSignal);
        await this.#followEndpoints();
        return result;
      },
      ...{ emit, clock, random },
    });
    this.#link = createLink({
      services,
      clock,
      log,
      random,
      channel: this.#connection.channel,
      facts: options.facts,
      floor: async () => {
        const floor = await this.#store.floor();
        return [floor?.epoch ?? 0, floor?.generation ?? 0];
      },
      onDocument: (signed) => this.#take(signed),
      onTrust: (trust) => this.#useTrust(trust),
      onReset: () => options.beginReset(),
      onOperation: (signed) => operations.run(signed),
      onPlan: (components) => answerPlan(components, aroundOf(identity, clock.now()), { ledger, settled, kinds, host }),
    });
  }

  async run(signal: AbortSignal): Promise<void> {
    await this.#resume();
    const { clock, random, log, identities } = this.#options;
    const renewal = runRenewal(
      {
        identity: identities,
        renew: (spki, signature) => this.#renew(spki, signature),
        comeBack: (identity, key) => this.#comeBack(identity, key),
        onRenewed: (identity) => this.#useIdentity(identity),
        clock,
        random,
        log,
      },
      signal,
    );
    const reconciling = this.#loop.run();
    await this.#link.run(signal);
    this.#watching.abort();
    await this.#loop.stop();
    await Promise.allSettled([renewal, reconciling]);
    this.#connection.close();
  }

  /** From the document on the disk, which was verified when it came. */
  async #resume(): Promise<void> {
    await this.#generations.recover();
    const signed = await this.#store.load();
    if (signed === undefined) return;
    try {
      await this.#offer(await this.#accept(signed, false));
    } catch (thrown) {
      this.#options.log.error('the document on the disk cannot be used', { cause: VentError.from(thrown).message });
    }
  }

  async #accept(signed: SignedDocument, isFromWire: boolean): Promise<AcceptedDocument> {
    const floor = await this.#store.floor();
    return acceptDocument(signed, { ...this.#trusted(isFromWire), nodeId: this.#options.identity.nodeId, floor });
  }

  #trusted(isFromWire: boolean): Trusted {
    const { vent: roots, document_signing: signers } = this.#trust;
    return { roots, signers, now: this.#options.clock.now(), isFromWire };
  }

  #take(signed: SignedDocument): void {
    this.#newest = signed;
    this.#taking = this.#taking.then(async () => {
      const { clock } = this.#options;
      while (!(await this.#isSettled(signed)))
        await clock.wait(TAKE_AGAIN_MILLISECONDS, this.#signal).catch(() => undefined);
    });
  }

  /** True when the document was taken, or trying again is of no use: it will stay as bad, or a newer one has come. */
  async #isSettled(signed: SignedDocument): Promise<boolean> {
    if (this.#newest !== signed || this.#signal.aborted) return true;
    try {
      const accepted = await this.#accept(signed, true);
      const floor = await this.#store.floor();
      if (floor === undefined || compareFloors(accepted.document, floor) > 0)
        await this.#store.save(signed, accepted.document);
      await this.#offer(accepted);
      return true;
    } catch (thrown) {
      const error = VentError.from(thrown);
      this.#emit({ type: 'document-refused', error });
      return error.code === 'DOCUMENT_REFUSED';
    }
  }

  /** A generation that was taken back is not tried again: the last committed one is kept in its stead. */
  async #offer(newest: AcceptedDocument): Promise<void> {
    const quarantine = this.#generations.quarantineOf(newest.document);
    const committed = quarantine && (await this.#generations.committed());
    if (quarantine !== undefined && committed !== undefined) this.#use(await this.#accept(committed, false));
    if (quarantine === undefined) this.#use(newest);
    else this.#emit({ type: 'generation-taken-back', ...quarantine });
  }

  #use(accepted: AcceptedDocument): void {
    this.#loop.offer(accepted);
    this.#drift.use(accepted.document);
    this.#watching.abort();
    this.#watching = new AbortController();
    const { host, clock, log } = this.#options;
    const backends = createBackends({ host, clock, log });
    for (const resource of accepted.document.components.flatMap((component) => component.resources)) {
      if (resource.kind === 'balancer') void backends.watch(resource, this.#watching.signal).catch(() => undefined);
    }
  }

  async #useTrust(trust: TrustBundle): Promise<void> {
    if (JSON.stringify(trust) !== JSON.stringify(this.#trust)) await this.#options.identities.saveTrust(trust);
    this.#trust = trust;
    this.#loop.nudge();
  }

  async #renew(spki: Uint8Array, signature: Uint8Array): Promise<string> {
    const { services } = this.#options;
    const request = { spki: Buffer.from(spki), signature: Buffer.from(signature) };
    const answer = await call(this.#connection.channel(), services.node.Renew, request, {
      milliseconds: CALL_MILLISECONDS,
    });
    return answer.certificate_chain;
  }

  /** Goes where the machine says now that the coordinator is: a step said so, or somebody spoilt what did. */
  async #followEndpoints(): Promise<void> {
    const { host, identity, log } = this.#options;
    const place = await loadReached(host.files, identity);
    if (!this.#connection.moveTo(place)) return;
    log.info('the coordinator is elsewhere', { address: place.node });
    this.#link.reconnect();
  }

  /** Over a connection of its own: what was open before a change of the network proves nothing. */
  async #confirm({ document: { epoch, generation }, digest }: AcceptedDocument): Promise<void> {
    await this.#followEndpoints();
    const channel = this.#connection.openAnother();
    const request = { epoch: String(epoch), generation: String(generation), document_digest: digest };
    try {
      await call(channel, this.#options.services.node.Confirm, request, { milliseconds: CALL_MILLISECONDS });
    } finally {
      channel.close();
    }
  }

  async #comeBack(identity: Identity, key: KeyObject): Promise<string> {
    const { identities, connect, clock } = this.#options;
    const [{ enrol }, said] = [await identities.config(), await readEndpoints(this.#options.host.files)];
    const addresses = [...new Set([...(said === undefined ? [] : [said.enrol]), ...enrol])];
    const roots = this.#trust.vent;
    return await returnAsNode({ addresses, connect: (address) => connect(address, roots), clock }, identity, key);
  }

  #useIdentity(identity: Identity): void {
    this.#connection.use(identity);
    this.#link.reconnect();
  }

  #publish(report: NodeReport): void {
    this.#link.report(report);
    void this.#options.onReport(report).catch(() => undefined);
  }
}

/** Runs until the signal aborts. */
export async function runAgent(options: AgentOptions, signal: AbortSignal): Promise<void> {
  const place = await loadReached(options.host.files, options.identity);
  await new Agent(options, place, signal).run(signal);
}
