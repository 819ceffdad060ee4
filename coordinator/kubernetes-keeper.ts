/**
 * The coordinator's own work against the Kubernetes API: add-ons, Node objects, start-up taints, sandbox proofs, and what
 * it sees there of each machine. Everything is derived from rows, reports and the API itself, so it may end anywhere.
 */

import { VentError } from '../shared/errors.ts';
import type { Condition } from '../shared/report.ts';
import { normaliseSpec } from '../shared/spec/load.ts';
import type { ClusterSpec } from '../shared/spec/schema.ts';
import { runAddons } from './addons/apply.ts';
import { access } from './addons/manifests/access.ts';
import { addonObjects } from './addons/manifests/index.ts';
import { createRuntimes, type Runtimes } from './addons/runtimes.ts';
import { judgeProof, proveWhereDue, readProof } from './addons/sandbox-proof.ts';
import { imageReference } from './artifacts/images.ts';
import type { Core } from './core.ts';
import type { KubernetesClient } from './kubernetes/client.ts';
import { conditionFrom, type Judgement } from './kubernetes/condition.ts';
import { judgeNode, listForgotten } from './kubernetes/node-object.ts';
import { keepNode, removeNode, watchNodes } from './kubernetes/nodes.ts';
import type { StoredObject } from './kubernetes/object.ts';
import { type AccessOptions, endpointsOf, openBreakGlass, openCoordinatorClient } from './kubernetes-access.ts';
import type { NodeRow } from './nodes/row.ts';
import type { State } from './state.ts';

export interface KeeperOptions extends AccessOptions {
  readonly state: State;
  readonly core: Core;
}

/** Milliseconds between two looks at what may be due, when nothing changes meanwhile. */
const LOOK = 60_000;
/** Milliseconds after which the client gets a new certificate, and after a failure until the next try. */
const CLIENT_LIFE = 24 * 3_600_000;
const RETRY = 1000;

/** Keeps Kubernetes until the signal aborts; begins when the cluster is formed. */
export async function keepKubernetes(options: KeeperOptions, signal: AbortSignal): Promise<void> {
  const { state, core, clock, log } = options;
  for await (const _ of core.changes.turns(signal)) if ((await state.revisions.cluster()).etcdFormed) break;
  while (!signal.aborted) {
    const life = AbortSignal.any([signal, AbortSignal.timeout(CLIENT_LIFE)]);
    const endpoints = endpointsOf(await readNodes(state));
    const client = await openCoordinatorClient(options, endpoints);
    const round = new Round(options, client, endpoints);
    await round
      .run(life)
      .catch((thrown: unknown) =>
        log.warn('the Kubernetes API could not be kept', { cause: VentError.from(thrown).message }),
      );
    core.kubernetes.use(undefined);
    client.close();
    await clock.wait(RETRY, signal).catch(() => undefined);
  }
}

async function readNodes(state: State): Promise<readonly NodeRow[]> {
  return (await state.nodes.list()).rows.map((row) => row.value);
}

/** What is done with one client. */
class Round {
  readonly #options: KeeperOptions;
  readonly #client: KubernetesClient;
  readonly #endpoints: readonly string[];
  /** What was last kept of each node, as text, so that nothing is asked twice. */
  readonly #kept = new Map<string, string>();
  readonly #runtimes: Runtimes;
  /** What each node was judged by last. */
  readonly #judged = new Map<string, readonly unknown[]>();
  #objects: ReadonlyMap<string, StoredObject> = new Map();
  /** How often the objects became others. */
  #heard = 0;
  /** With which objects and machines it was looked last for Nodes of machines that went. */
  #compared = '';
  #isProving = false;
  #isWaiting = false;

  constructor(options: KeeperOptions, client: KubernetesClient, endpoints: readonly string[]) {
    this.#options = options;
    this.#client = client;
    this.#endpoints = endpoints;
    this.#runtimes = createRuntimes(options.state.documents, options.core.connections);
  }

  /** Ends when the signal aborts or the API servers are others. */
  async run(signal: AbortSignal): Promise<void> {
    const ended = new AbortController();
    const either = AbortSignal.any([signal, ended.signal]);
    const work: Promise<void>[] = [];
    try {
      await this.#waitForApi(either);
      const { promise: applied, resolve } = Promise.withResolvers<void>();
      work.push(this.#keepAddons(resolve, either));
      // Before its permissions are there, the coordinator would only be refused.
      await Promise.race([applied, aborted(either)]);
      this.#options.core.kubernetes.use(this.#client);
      work.push(this.#observe(either));
      await this.#follow(either);
    } finally {
      ended.abort();
      await Promise.allSettled(work);
    }
  }

  async #spec(): Promise<ClusterSpec> {
    const newest = await this.#options.state.revisions.newest();
    if (newest === undefined) throw new VentError('NOT_FOUND', 'cannot keep the cluster: there is no revision');
    return normaliseSpec(newest.file);
  }

  /** An API server that does not answer yet tells nobody when it will. */
  async #waitForApi(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !(await this.#client.isReady(signal))) {
      await this.#options.clock.wait(RETRY / 4, signal).catch(() => undefined);
    }
  }

  async #keepAddons(onPass: () => void, signal: AbortSignal): Promise<void> {
    const spec = await this.#spec();
    const { clock, random, log } = this.#options;
    await runAddons(
      {
        client: () => this.#client,
        breakGlass: () => openBreakGlass(this.#options, this.#endpoints),
        permissions: access,
        objects: () => addonObjects(spec),
        onPass,
        clock,
        random,
        log,
      },
      signal,
    );
  }

  async #observe(signal: AbortSignal): Promise<void> {
    for await (const objects of watchNodes(this.#client, signal)) {
      this.#objects = objects;
      this.#heard += 1;
      this.#options.core.changes.notify();
    }
  }

  /** After every change anywhere, and now and then for what is due by time. */
  async #follow(signal: AbortSignal): Promise<void> {
    const { core, state, clock, log } = this.#options;
    const tick = (): void => {
      void clock.wait(LOOK, signal).then(
        () => {
          // What somebody changed on a Node is put right now and then.
          this.#kept.clear();
          core.changes.notify();
          tick();
        },
        () => undefined,
      );
    };
    tick();
    for await (const _ of core.changes.turns(signal)) {
      const nodes = await readNodes(state);
      if (endpointsOf(nodes).join() !== this.#endpoints.join()) return;
      const spec = await this.#spec();
      const runtimes = await this.#runtimes.read(nodes);
      for (const node of nodes) this.#judge(spec, node, runtimes);
      await this.#keepNodes(spec, nodes).catch((thrown: unknown) =>
        log.debug('a Node could not be kept', { cause: VentError.from(thrown).message }),
      );
      this.#prove(spec, nodes, runtimes, signal);
    }
  }

  /** True when the node reports that everything of flannel has converged. */
  #hasNetwork(node: NodeRow): boolean {
    const report = this.#options.core.connections.live(node.id)?.report;
    return (
      report !== undefined &&
      report.convergedCount > 0 &&
      !report.resources.some((resource) => resource.component === 'flannel')
    );
  }

  async #keepNodes(spec: ClusterSpec, nodes: readonly NodeRow[]): Promise<void> {
    // First what went, so that a new machine finds its name free.
    await this.#removeForgotten(nodes);
    for (const node of nodes) {
      const { id, name, podCIDR, providerId, roles } = node;
      const pool = spec.pools.find((one) => one.name === node.pool);
      if (podCIDR === undefined || pool === undefined) continue;
      const wish = { name, podCIDR, providerId, roles, pool };
      const isNetworkReady = this.#hasNetwork(node);
      const text = JSON.stringify([wish, isNetworkReady]);
      if (this.#kept.get(id) === text && this.#objects.has(name)) continue;
      await this.#orAgain(keepNode(this.#client, wish, isNetworkReady));
      this.#kept.set(id, text);
    }
  }

  /** Looks only where Nodes or machines are others than at the last look. */
  async #removeForgotten(nodes: readonly NodeRow[]): Promise<void> {
    const known = new Set(nodes.map(({ providerId }) => providerId));
    const text = JSON.stringify([this.#heard, [...known]]);
    if (text === this.#compared) return;
    for (const name of listForgotten(this.#objects.values(), known))
      await this.#orAgain(removeNode(this.#client, name));
    this.#compared = text;
  }

  async #orAgain(change: Promise<unknown>): Promise<void> {
    await change.catch((thrown: unknown) => {
      this.#again();
      throw thrown;
    });
  }

  /** The API server was not there yet: it is looked at again shortly. */
  #again(): void {
    if (this.#isWaiting) return;
    this.#isWaiting = true;
    void this.#options.clock.wait(RETRY / 2).then(() => {
      this.#isWaiting = false;
      this.#options.core.changes.notify();
    });
  }

  #prove(
    spec: ClusterSpec,
    nodes: readonly NodeRow[],
    runtimes: ReadonlyMap<string, string>,
    signal: AbortSignal,
  ): void {
    if (spec.runtimes.sandbox === 'none' || this.#isProving) return;
    const { clock, log } = this.#options;
    const machines = nodes
      .filter((node) => node.podCIDR !== undefined && this.#hasConverged(node))
      .flatMap(({ id, name }) => {
        const runtime = runtimes.get(id);
        return runtime === undefined ? [] : [{ node: name, runtime }];
      });
    const image = imageReference('pause', spec.versions.pause);
    this.#isProving = true;
    void proveWhereDue({ client: this.#client, image, clock }, machines, this.#objects, signal)
      .then((errors) => {
        for (const [node, error] of errors) log.warn('a sandbox could not be proved', { node, cause: error.message });
        if (errors.size > 0) this.#again();
      })
      .catch((thrown: unknown) =>
        log.warn('the sandboxes could not be proved', { cause: VentError.from(thrown).message }),
      )
      .finally(() => {
        // What was proved is heard of through the Nodes.
        this.#isProving = false;
      });
  }

  /** A proof of programs that are still to be replaced would be one of the wrong ones. */
  #hasConverged({ id }: NodeRow): boolean {
    return this.#options.core.connections.live(id)?.report?.converged === true;
  }

  #judge(spec: ClusterSpec, node: NodeRow, runtimes: ReadonlyMap<string, string>): void {
    if (node.podCIDR === undefined) return;
    const { core, clock } = this.#options;
    const object = this.#objects.get(node.name);
    const report = core.connections.live(node.id)?.report;
    const evidence = [spec.runtimes.sandbox, object, report, runtimes.get(node.id)];
    if (this.#judged.get(node.id)?.every((one, index) => one === evidence[index]) === true) return;
    this.#judged.set(node.id, evidence);
    const judged: Judgement[] = [judgeNode(object)];
    if (spec.runtimes.sandbox !== 'none') {
      const proof = object === undefined ? undefined : readProof(object);
      // What a machine that is away had is known by its proof alone.
      judged.push(judgeProof(proof, runtimes.get(node.id) ?? proof?.runtime ?? 'its programs'));
    }
    const before = core.observed.get(node.id) ?? [];
    const generation = report?.generation ?? 0;
    const next = judged.map(
      (one): Condition =>
        conditionFrom(
          one,
          before.find((condition) => condition.type === one.type),
          generation,
          clock.now(),
        ),
    );
    if (JSON.stringify(next) === JSON.stringify(before)) return;
    core.observed.set(node.id, next);
    core.changes.notify();
  }
}

/** Resolves when the signal aborts. */
function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  if (signal.aborted) resolve();
  signal.addEventListener('abort', () => resolve(), { once: true });
  return promise;
}
