/**
 * Keeps every node's newest document: renders all of them when something they depend on changed, and hands them out in
 * the order of the roll-out.
 *
 * INVARIANTS
 * - A document is durable in the store before it is sent.
 * - A generation grows by one and its content differs from the one before.
 * - One pass at a time; a request during a pass causes exactly one more.
 */
import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../shared/clock.ts';
import {
  DOCUMENT_SCHEMA,
  type DocumentComponent,
  decodeDocument,
  encodeDocument,
  type NodeDocument,
  type SignedDocument,
} from '../shared/document.ts';
import { VentError } from '../shared/errors.ts';
import type { Logger } from '../shared/log.ts';
import type { Connections } from './connections.ts';
import { nextWave } from './rollout/order.ts';
import type { DocumentRow } from './rows.ts';
import type { Collection } from './store/collection.ts';

/** One node's rendering: what its document should hold now, or why it has none. */
export interface Rendering {
  readonly nodeId: string;
  readonly name: string;
  readonly roles: readonly ('etcd' | 'control-plane' | 'worker')[];
  /** Number of the revision it is rendered from. */
  readonly revision: number;
  readonly components: readonly DocumentComponent[] | undefined;
  /** One sentence when `components` is undefined. */
  readonly waitsFor: string | undefined;
}

export interface RenderedFleet {
  readonly cluster: NodeDocument['cluster'];
  readonly epoch: number;
  readonly nodes: readonly Rendering[];
  /** Seconds in which a machine must have committed a generation, else it takes it back. */
  readonly patience: Required<Pick<NodeDocument, 'confirmSeconds' | 'healthSeconds'>>;
}

export interface DocumentsOptions {
  /** Renders every node from the revision that is its own; undefined while there is none. */
  renderFleet(): Promise<RenderedFleet | undefined>;
  readonly rows: Collection<DocumentRow>;
  readonly connections: Connections;
  sign(payload: Uint8Array): Promise<{ readonly signature: Uint8Array; readonly keyId: string }>;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface Documents {
  /** Asks for a pass; returns at once. */
  refresh(): void;
  /** Resolves when no pass runs or is asked for. */
  settled(): Promise<void>;
  /** The newest document of a node, as signed. */
  signed(nodeId: string): Promise<SignedDocument | undefined>;
  /** The same, decoded. */
  decoded(nodeId: string): Promise<NodeDocument | undefined>;
  generation(nodeId: string): Promise<number>;
  /** Whether the machine has that component in force as it is rendered as of the last pass, whatever else it still does. */
  hasInForce(nodeId: string, component: string): boolean;
  /** What a node without a document waits for, one sentence. */
  waitsFor(nodeId: string): string;
}

/** First acceptance only; a machine that stays away longer gets a new one when it is back. */
const LIFE_MILLISECONDS = 30 * 24 * 3600 * 1000;

function digestOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Names what a document holds, without generation and times. */
export function contentOf(components: readonly DocumentComponent[]): string {
  return digestOf(JSON.stringify(components));
}

export function toSigned(row: DocumentRow): SignedDocument {
  return {
    payload: Buffer.from(row.payload, 'base64'),
    signature: Buffer.from(row.signature, 'base64'),
    keyId: row.keyId,
  };
}

interface Rendered {
  readonly node: Rendering;
  readonly components: readonly DocumentComponent[];
  readonly content: string;
}

function toRow(
  document: NodeDocument,
  payload: Uint8Array,
  content: string,
  seal: { readonly signature: Uint8Array; readonly keyId: string },
): DocumentRow {
  return {
    nodeId: document.node.id,
    epoch: document.epoch,
    generation: document.generation,
    revision: document.revision,
    content,
    digest: digestOf(payload),
    payload: Buffer.from(payload).toString('base64'),
    signature: Buffer.from(seal.signature).toString('base64'),
    keyId: seal.keyId,
  };
}

class DocumentKeeper implements Documents {
  readonly #options: DocumentsOptions;
  readonly #reasons = new Map<string, string>();
  readonly #contents = new WeakMap<readonly DocumentComponent[], string>();
  /** By node: what was rendered in the last pass. */
  #rendered: ReadonlyMap<string, Rendered> = new Map();
  /** By node: the documents that were there before it. */
  #given: ReadonlyMap<string, DocumentRow> = new Map();
  #pass: Promise<void> | undefined;
  #isAsked = false;
  #hasSpec = false;

  constructor(options: DocumentsOptions) {
    this.#options = options;
  }

  refresh(): void {
    this.#isAsked = true;
    this.#pass ??= Promise.resolve().then(() => this.#runPasses());
  }

  async settled(): Promise<void> {
    while (this.#pass !== undefined) await this.#pass;
  }

  async signed(nodeId: string): Promise<SignedDocument | undefined> {
    const row = await this.#options.rows.get(nodeId);
    return row === undefined ? undefined : toSigned(row.value);
  }

  async decoded(nodeId: string): Promise<NodeDocument | undefined> {
    const row = await this.#options.rows.get(nodeId);
    return row === undefined ? undefined : decodeDocument(Buffer.from(row.value.payload, 'base64'));
  }

  async generation(nodeId: string): Promise<number> {
    return (await this.#options.rows.get(nodeId))?.value.generation ?? 0;
  }

  hasInForce(nodeId: string, component: string): boolean {
    const [rendered, row] = [this.#rendered.get(nodeId), this.#given.get(nodeId)];
    const report = this.#options.connections.live(nodeId)?.report;
    if (rendered === undefined || row === undefined || report?.documentDigest !== row.digest) return false;
    if (report.resources.some((open) => open.component === component)) return false;
    const findIn = (components: readonly DocumentComponent[]) => components.find(({ name }) => name === component);
    const wanted = findIn(rendered.components);
    const given = findIn(decodeDocument(Buffer.from(row.payload, 'base64')).components);
    return wanted !== undefined && isDeepStrictEqual(wanted, given);
  }

  waitsFor(nodeId: string): string {
    const reason = this.#reasons.get(nodeId);
    if (reason !== undefined) return reason;
    return this.#hasSpec ? 'waits for its document' : 'waits for a spec: vent apply -f cluster.yaml';
  }

  async #runPasses(): Promise<void> {
    while (this.#isAsked) {
      this.#isAsked = false;
      await this.#runPass().catch((thrown: unknown) => {
        const error = VentError.from(thrown);
        this.#options.log.error('documents could not be rendered', { code: error.code, cause: error.message });
      });
    }
    this.#pass = undefined;
  }

  async #runPass(): Promise<void> {
    const fleet = await this.#options.renderFleet();
    this.#hasSpec = fleet !== undefined;
    if (fleet === undefined) return;
    const given = new Map((await this.#options.rows.list()).rows.map((row) => [row.key, row.value]));
    const rendered = fleet.nodes.flatMap((node) => this.#consider(node));
    const states = rendered.map(({ node: { nodeId: id, name, roles }, content: wanted }) => {
      const row = given.get(id);
      const isConverged = row !== undefined && this.#isConverged(row);
      return { id, name, roles, wanted, given: row?.content, isConverged };
    });
    this.#rendered = new Map(rendered.map((one) => [one.node.nodeId, one]));
    this.#given = given;
    const wave = nextWave(states);
    for (const one of rendered) if (wave.includes(one.node.nodeId)) await this.#issue(fleet, one);
  }

  #consider(node: Rendering): readonly Rendered[] {
    if (node.components === undefined) {
      this.#reasons.set(node.nodeId, node.waitsFor ?? 'waits for its document');
      return [];
    }
    this.#reasons.delete(node.nodeId);
    const content = this.#contents.get(node.components) ?? contentOf(node.components);
    this.#contents.set(node.components, content);
    return [{ node, components: node.components, content }];
  }

  #isConverged(row: DocumentRow): boolean {
    const report = this.#options.connections.live(row.nodeId)?.report;
    return report?.documentDigest === row.digest && report.converged;
  }

  async #issue(fleet: RenderedFleet, { node, components, content }: Rendered): Promise<void> {
    const { rows, clock, connections, log } = this.#options;
    const document: NodeDocument = {
      schema: DOCUMENT_SCHEMA,
      cluster: fleet.cluster,
      node: { id: node.nodeId, name: node.name },
      epoch: fleet.epoch,
      generation: (await this.generation(node.nodeId)) + 1,
      revision: node.revision,
      issuedAt: new Date(clock.now()).toISOString(),
      ...fleet.patience,
      expiresAt: new Date(clock.now() + LIFE_MILLISECONDS).toISOString(),
      components: [...components],
    };
    const payload = encodeDocument(document);
    const row = toRow(document, payload, content, await this.#options.sign(payload));
    await rows.put(node.nodeId, row);
    connections.sendDocument(node.nodeId, toSigned(row));
    log.info('document issued', { node: node.name, generation: row.generation, revision: row.revision });
  }
}

export function createDocuments(options: DocumentsOptions): Documents {
  return new DocumentKeeper(options);
}
