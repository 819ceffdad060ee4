/**
 * Cordons a Node, and has its pods leave by the eviction API, so that disruption budgets are honoured
 * (https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/).
 */
import * as z from 'zod';
import { createBackoff } from '../../shared/backoff.ts';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import { NODE } from '../kubernetes/node-object.ts';
import type { DrainNeed } from './need.ts';
import { type LeavingPod, listLeaving, RISKS, type Risk } from './pods.ts';

export interface DrainOptions {
  /** The present one each time: it is made anew now and then. @throws VentError UNAVAILABLE */
  client(): KubernetesClient;
  readonly clock: Clock;
  /** Values in [0, 1). */
  readonly random: () => number;
}

export interface DrainOrder {
  /** Of the Node. */
  readonly name: string;
  readonly who: DrainNeed['who'];
  /** Milliseconds since the epoch. */
  readonly deadline: number;
  /** Risks that are accepted. */
  readonly accepts: readonly Risk[];
  /** Pods that a budget keeps until the deadline are deleted then. */
  readonly overridesBudgets: boolean;
}

/** A pod that has not left, and why, as the end of a sentence that begins with its name. */
export interface Staying {
  readonly pod: string;
  readonly why: string;
  /** It was told to end, a disruption budget keeps it, or it is not evicted at all. */
  readonly state: 'ending' | 'kept' | 'refused';
}

const RETRY = { base: 1000, factor: 1.6, cap: 10_000 };
const POD = { apiVersion: 'v1', kind: 'Pod' } as const;
/** Handler of gVisor's runtime classes, in containerd's configuration. */
const SANDBOX_HANDLER = 'runsc';
/** Milliseconds that pods deleted at the deadline have to end. */
const OVERTIME = 120_000;
/** How many pods a message names. */
const NAMED = 3;

const nodeSchema = z.object({
  spec: z.object({ unschedulable: z.boolean().default(false) }).default({ unschedulable: false }),
});
const classSchema = z.object({ handler: z.string() });

/** Whether no new pod may come to it. @throws VentError NOT_FOUND */
export async function isCordoned(client: KubernetesClient, name: string): Promise<boolean> {
  const node = await client.get({ ...NODE, name });
  if (node === undefined) throw new VentError('NOT_FOUND', `cannot find Node ${name}: there is none of that name`);
  return nodeSchema.parse(node).spec.unschedulable;
}

export async function setCordon(client: KubernetesClient, name: string, isCordoned: boolean): Promise<void> {
  await client.merge({ ...NODE, name }, { spec: { unschedulable: isCordoned ? true : null } });
}

/** The pods that would have to leave. */
export async function readLeaving(
  client: KubernetesClient,
  { name, who }: Pick<DrainOrder, 'name' | 'who'>,
): Promise<readonly LeavingPod[]> {
  const { items } = await client.list(POD, { fields: `spec.nodeName=${name}` });
  return listLeaving(items, who === 'all' ? undefined : await readSandboxes(client));
}

async function readSandboxes(client: KubernetesClient): Promise<ReadonlySet<string>> {
  const { items } = await client.list({ apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass' });
  return new Set(
    items.flatMap((item) => (classSchema.parse(item).handler === SANDBOX_HANDLER ? [item.metadata.name] : [])),
  );
}

/**
 * Evicts until none is left, trying again what a budget forbids.
 * @yields who has not left, after each pass in which that changed
 * @throws VentError DEADLINE naming who has not left, CANCELLED
 */
export async function* drainNode(
  options: DrainOptions,
  order: DrainOrder,
  signal: AbortSignal,
): AsyncGenerator<readonly Staying[]> {
  const { clock } = options;
  const pause = createBackoff(RETRY, options.random);
  let told = '';
  for (;;) {
    const isLate = clock.now() >= order.deadline;
    const staying = await evictAll(options, order, isLate);
    if (staying.length === 0) return;
    if (isLate && !mayGoOn(order, staying, clock.now()))
      throw new VentError('DEADLINE', `cannot drain ${order.name} in time: ${describeStaying(staying)}`);
    if (describeStaying(staying) !== told) {
      pause.reset();
      told = describeStaying(staying);
      yield staying;
    }
    await clock.wait(Math.min(pause.next(), Math.max(RETRY.base, order.deadline - clock.now())), signal);
  }
}

/** Past the deadline: while everybody ends who was deleted in spite of a budget. */
function mayGoOn(order: DrainOrder, staying: readonly Staying[], now: number): boolean {
  return order.overridesBudgets && staying.every(({ state }) => state !== 'refused') && now < order.deadline + OVERTIME;
}

export function describeStaying(staying: readonly Staying[]): string {
  const more = staying.length - NAMED;
  const named = staying.slice(0, NAMED).map(({ pod, why }) => `${pod} ${why}`);
  return [...named, ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

async function evictAll({ client }: DrainOptions, order: DrainOrder, isLate: boolean): Promise<readonly Staying[]> {
  try {
    const api = client();
    const leaving = await readLeaving(api, order);
    return (await Promise.all(leaving.map((pod) => evictOne(api, pod, order, isLate)))).flat();
  } catch (thrown) {
    const error = VentError.from(thrown);
    if (error.code !== 'UNAVAILABLE' && error.code !== 'KUBERNETES_REFUSED') throw error;
    // An API server that is away, or refuses now, may answer within the deadline.
    return [{ pod: order.name, why: `is not known: ${error.message}`, state: 'refused' }];
  }
}

async function evictOne(
  api: KubernetesClient,
  pod: LeavingPod,
  { accepts, overridesBudgets }: DrainOrder,
  isLate: boolean,
): Promise<Staying> {
  const staying: Staying = { pod: `${pod.namespace}/${pod.name}`, why: 'is ending', state: 'ending' };
  const risk = pod.risks.find((one) => !accepts.includes(one));
  if (pod.isEnding) return staying;
  if (risk !== undefined) return { ...staying, why: RISKS[risk], state: 'refused' };
  try {
    if (isLate && overridesBudgets) await api.remove({ ...POD, name: pod.name, namespace: pod.namespace });
    else await api.evict(pod);
    return staying;
  } catch (thrown) {
    const error = VentError.from(thrown);
    if (error.code === 'BUSY') return { ...staying, why: 'is kept by a disruption budget', state: 'kept' };
    return { ...staying, why: `is not evicted: ${error.message}`, state: 'refused' };
  }
}
