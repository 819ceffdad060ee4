/** Pods of users: one on every worker, minded by a disruption budget of its own, and made anew wherever it may run. */
import type { Answer, Call, Transport } from '../../coordinator/kubernetes/transport.ts';
import type { Clock } from '../../shared/clock.ts';

/** What became of the pod of one machine. */
export interface Workload {
  /** The pod that ran when the change began is still there. */
  readonly isFirst: boolean;
  /** Seconds since its budget first kept it from this drain; undefined while it did not. */
  readonly keptFor: number | undefined;
}

export interface Workloads {
  /** What the coordinator speaks to: the server, and what is evicted there is noticed. */
  readonly transport: Transport;
  /** From the next eviction on, the budget of that machine's pod keeps it for so long. */
  hold(machine: string, milliseconds: number): Promise<void>;
  /** A change begins: the pods that are there now are the first. */
  beginChange(): void;
  /** It is tried again: drains begin anew. */
  beginAttempt(): void;
  of(machine: string): Workload;
  /** Pods that were deleted, past the budgets. */
  deleted(): readonly string[];
  /** As controllers do now and then. @param machines on which a pod may run */
  look(machines: readonly string[]): Promise<void>;
}

export interface WorkloadsOptions {
  readonly server: Transport;
  readonly clock: Clock;
  /** Of the sandbox, where there is one: its pods leave before any change that a pod would notice. */
  readonly runtimeClass: string | undefined;
}

interface Hold {
  readonly milliseconds: number;
  /** When it began to count, milliseconds since the epoch. */
  since: number | undefined;
}

const NAMESPACE = 'work';
const PODS = `/api/v1/namespaces/${NAMESPACE}/pods`;
const BUDGETS = `/apis/policy/v1/namespaces/${NAMESPACE}/poddisruptionbudgets`;

class PodsOfUsers implements Workloads {
  readonly transport: Transport;
  readonly #options: WorkloadsOptions;
  /** By machine: the number of the pod that is there. */
  readonly #present = new Map<string, number>();
  readonly #keptSince = new Map<string, number>();
  readonly #holds = new Map<string, Hold>();
  readonly #deleted: string[] = [];
  readonly #budgets = new Set<string>();
  #first: ReadonlyMap<string, number> = new Map();
  #made = 0;

  constructor(options: WorkloadsOptions) {
    this.#options = options;
    const { server } = options;
    this.transport = {
      ...server,
      send: async (call, signal) => {
        const answer = await server.send(call, signal);
        this.#notice(call, answer);
        return answer;
      },
    };
  }

  async hold(machine: string, milliseconds: number): Promise<void> {
    this.#holds.set(machine, { milliseconds, since: undefined });
    await this.#allow(machine, 0);
  }

  beginChange(): void {
    this.#first = new Map(this.#present);
  }

  beginAttempt(): void {
    this.#keptSince.clear();
  }

  of(machine: string): Workload {
    const [first, since] = [this.#first.get(machine), this.#keptSince.get(machine)];
    return {
      isFirst: first !== undefined && this.#present.get(machine) === first,
      keptFor: since === undefined ? undefined : (this.#options.clock.now() - since) / 1000,
    };
  }

  deleted(): readonly string[] {
    return this.#deleted;
  }

  async look(machines: readonly string[]): Promise<void> {
    const now = this.#options.clock.now();
    for (const [machine, { since, milliseconds }] of this.#holds)
      if (since !== undefined && now >= since + milliseconds) {
        this.#holds.delete(machine);
        await this.#allow(machine, 1);
      }
    for (const machine of machines) if (!this.#present.has(machine)) await this.#make(machine);
  }

  #notice({ method, path }: Call, { status }: Answer): void {
    const [pathname = ''] = path.split('?');
    if (!pathname.startsWith(`${PODS}/`)) return;
    const [machine = '', subresource] = pathname.slice(PODS.length + 1).split('/');
    const isDeletion = method === 'DELETE';
    if (!isDeletion && subresource !== 'eviction') return;
    if (status === 429) this.#noteKept(machine);
    if (status >= 300) return;
    if (isDeletion) this.#deleted.push(machine);
    this.#present.delete(machine);
    this.#keptSince.delete(machine);
  }

  #noteKept(machine: string): void {
    const now = this.#options.clock.now();
    const hold = this.#holds.get(machine);
    if (hold !== undefined) hold.since ??= now;
    this.#keptSince.set(machine, this.#keptSince.get(machine) ?? now);
  }

  async #make(machine: string): Promise<void> {
    const { runtimeClass } = this.#options;
    const labels = { app: machine };
    const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: machine, uid: machine, controller: true };
    await this.#write('POST', PODS, {
      ...{ apiVersion: 'v1', kind: 'Pod' },
      metadata: { name: machine, namespace: NAMESPACE, labels, ownerReferences: [owner] },
      spec: { nodeName: machine, ...(runtimeClass === undefined ? {} : { runtimeClassName: runtimeClass }) },
      status: { phase: 'Running' },
    });
    this.#made += 1;
    this.#present.set(machine, this.#made);
    if (!this.#budgets.has(machine))
      await this.#write('POST', BUDGETS, {
        ...{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name: machine, namespace: NAMESPACE } },
        spec: { maxUnavailable: 1, selector: { matchLabels: labels } },
      });
    this.#budgets.add(machine);
    await this.#allow(machine, this.#holds.has(machine) ? 0 : 1);
  }

  async #allow(machine: string, disruptionsAllowed: number): Promise<void> {
    if (this.#budgets.has(machine))
      await this.#write('PATCH', `${BUDGETS}/${machine}/status`, { status: { disruptionsAllowed } });
  }

  async #write(method: 'POST' | 'PATCH', path: string, body: object): Promise<void> {
    const contentType = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
    await this.#options.server.send({ method, path, contentType, body: JSON.stringify(body) });
  }
}

export function createWorkloads(options: WorkloadsOptions): Workloads {
  return new PodsOfUsers(options);
}

/** The namespace of the pods, as it is created. */
export const WORK_NAMESPACE = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } };
