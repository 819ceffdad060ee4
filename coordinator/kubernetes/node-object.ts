/** What a Node object should say, as values. Pure. */
import * as z from 'zod';
import type { Pool, Role } from '../../shared/spec/schema.ts';
import type { Judgement } from './condition.ts';
import type { DesiredObject, StoredObject } from './object.ts';

export const NODE = { apiVersion: 'v1', kind: 'Node' } as const;

export interface NodeWish {
  readonly name: string;
  /** `172.16.3.0/24` */
  readonly podCIDR: string;
  readonly providerId: string;
  readonly roles: readonly Role[];
  /** The machine's pool, as the spec has it. */
  readonly pool: Pick<Pool, 'name' | 'labels' | 'taints'>;
}

/** A taint as the API has it; the API may add `timeAdded`, which is kept. */
export interface Taint {
  readonly key: string;
  readonly value?: string;
  readonly effect: string;
  readonly timeAdded?: string;
}

/** On a Node from its making until its pod network stands, because kubelet says Ready before that. */
export const START_UP_TAINT: Taint = { key: 'vent/uninitialised', effect: 'NoSchedule' };
/** Which taints are Vent's to take away again: `key:effect`, separated by commas. */
export const TAINTS_ANNOTATION = 'vent/taints';

/** On every Node that Vent has made. */
const POOL_LABEL = 'vent/pool';
const CONTROL_PLANE = 'node-role.kubernetes.io/control-plane';

export const nodeSchema = z.object({
  metadata: z.object({
    resourceVersion: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  spec: z
    .object({
      podCIDR: z.string().optional(),
      providerID: z.string().optional(),
      taints: z
        .array(
          z.object({
            key: z.string(),
            value: z.string().exactOptional(),
            effect: z.string(),
            timeAdded: z.string().exactOptional(),
          }),
        )
        .default([]),
    })
    .default({ taints: [] }),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .default([]),
    })
    .default({ conditions: [] }),
});

export function nodeLabels({ roles, pool }: NodeWish): Readonly<Record<string, string>> {
  const ofRoles = roles
    .filter((role) => role !== 'etcd')
    .map((role) => [`node-role.kubernetes.io/${role}`, ''] as const);
  return { ...pool.labels, ...Object.fromEntries(ofRoles), [POOL_LABEL]: pool.name };
}

/**
 * Names of the Nodes that were made for machines of Vent's which are none any more; Nodes of others are left alone.
 * @param providerIds of the machines that there are
 */
export function listForgotten(nodes: Iterable<StoredObject>, providerIds: ReadonlySet<string>): readonly string[] {
  return [...nodes].flatMap((node) => {
    const { providerID } = nodeSchema.parse(node).spec;
    const isOurs = node.metadata.labels?.[POOL_LABEL] !== undefined && providerID !== undefined;
    return isOurs && !providerIds.has(providerID) ? [node.metadata.name] : [];
  });
}

/** The taints that hold for the machine's whole life. */
export function lastingTaints({ roles, pool }: NodeWish): readonly Taint[] {
  const isReserved = roles.includes('control-plane') && !roles.includes('worker');
  const ofPool = pool.taints.map(({ key, value, effect }) => ({
    key,
    ...(value === undefined ? {} : { value }),
    effect,
  }));
  return isReserved ? [{ key: CONTROL_PLANE, effect: 'NoSchedule' }, ...ofPool] : ofPool;
}

export function idOfTaint({ key, effect }: Taint): string {
  return `${key}:${effect}`;
}

/** The Node as it is made, before its kubelet starts; labels are applied on their own, so that they stay Vent's. */
export function newNode(wish: NodeWish): DesiredObject {
  const { name, podCIDR, providerId } = wish;
  const taints = [...lastingTaints(wish), START_UP_TAINT];
  return {
    ...NODE,
    metadata: { name, annotations: { [TAINTS_ANNOTATION]: annotate(taints) } },
    spec: { podCIDR, podCIDRs: [podCIDR], providerID: providerId, taints: taints.map((taint) => ({ ...taint })) },
  };
}

function annotate(taints: readonly Taint[]): string {
  return taints.map(idOfTaint).toSorted().join(',');
}

export interface TaintChange {
  readonly taints: readonly Taint[];
  readonly annotation: string;
}

/**
 * What the list of taints should become: everybody else's stay (cordon's, the node controller's), Vent's are those of the
 * wish, and the start-up taint stays until the pod network stands; once gone it does not come back.
 * @returns undefined when the Node is as it should be
 */
export function changeTaints(
  node: z.infer<typeof nodeSchema>,
  wish: NodeWish,
  isNetworkReady: boolean,
): TaintChange | undefined {
  const present = node.spec.taints;
  const isStarting = present.some((taint) => idOfTaint(taint) === idOfTaint(START_UP_TAINT)) && !isNetworkReady;
  const wanted = isStarting ? [...lastingTaints(wish), START_UP_TAINT] : lastingTaints(wish);
  const owned = (node.metadata.annotations[TAINTS_ANNOTATION] ?? '').split(',');
  const replaced = new Set([...owned, ...wanted.map(idOfTaint), idOfTaint(START_UP_TAINT)]);
  const foreign = present.filter((taint) => !replaced.has(idOfTaint(taint)));
  const kept = wanted.map((taint) => present.find((one) => isSame(one, taint)) ?? taint);
  const annotation = annotate(wanted);
  const isAsWanted =
    present.length === foreign.length + kept.length &&
    kept.every((taint) => present.some((one) => isSame(one, taint))) &&
    node.metadata.annotations[TAINTS_ANNOTATION] === annotation;
  return isAsWanted ? undefined : { taints: [...kept, ...foreign], annotation };
}

function isSame(one: Taint, other: Taint): boolean {
  return idOfTaint(one) === idOfTaint(other) && (one.value ?? '') === (other.value ?? '');
}

/** Whether Kubernetes has taken the machine in, from its Node; undefined when there is none. */
export function judgeNode(node: StoredObject | undefined): Judgement {
  const type = 'KubernetesReady';
  if (node === undefined) return { type, status: 'False', reason: 'NodeMissing', message: 'waits for its Node object' };
  const { spec, status } = nodeSchema.parse(node);
  const ready = status.conditions.find((condition) => condition.type === 'Ready');
  if (ready === undefined)
    return { type, status: 'False', reason: 'KubeletSilent', message: 'waits for its kubelet to report' };
  if (ready.status === 'Unknown') return { type, status: 'Unknown', reason: 'KubeletLost', message: ready.message };
  if (ready.status !== 'True') return { type, status: 'False', reason: 'NodeNotReady', message: ready.message };
  if (spec.taints.some((taint) => idOfTaint(taint) === idOfTaint(START_UP_TAINT)))
    return { type, status: 'False', reason: 'NetworkMissing', message: 'waits for its pod network' };
  return { type, status: 'True', reason: 'NodeReady', message: ready.message };
}
