/** Keeps the Node objects as the spec and the machines say. */
import { VentError } from '../../shared/errors.ts';
import type { KubernetesClient } from './client.ts';
import {
  changeTaints,
  NODE,
  type NodeWish,
  newNode,
  nodeLabels,
  nodeSchema,
  TAINTS_ANNOTATION,
} from './node-object.ts';
import { nameOf, type StoredObject } from './object.ts';

/** How often a change that met somebody else's is tried again at once. */
const ATTEMPTS = 5;

/**
 * Makes the Node object if there is none yet, gives one without an address range its own, applies its labels, and brings
 * its taints up to date. Nothing is written when nothing differs, but for the labels, whose apply then changes nothing.
 * @param isNetworkReady whether the machine reports that flannel's interface and routes stand
 * @throws KUBERNETES_REFUSED when the Node has another address range, which can never change; CONFLICT when others keep on changing it
 */
export async function keepNode(
  client: KubernetesClient,
  wish: NodeWish,
  isNetworkReady: boolean,
): Promise<StoredObject> {
  for (let attempt = 1; ; attempt += 1)
    try {
      return await tryNode(client, wish, isNetworkReady);
    } catch (error) {
      if (!(error instanceof VentError) || error.code !== 'CONFLICT' || attempt === ATTEMPTS) throw error;
    }
}

async function tryNode(client: KubernetesClient, wish: NodeWish, isNetworkReady: boolean): Promise<StoredObject> {
  const reference = { ...NODE, name: wish.name };
  const present = (await client.get(reference)) ?? (await client.create(newNode(wish)));
  const { spec } = nodeSchema.parse(present);
  if (spec.podCIDR !== undefined && spec.podCIDR !== wish.podCIDR)
    throw new VentError(
      'KUBERNETES_REFUSED',
      `cannot keep ${nameOf(reference)}: its pod CIDR is ${spec.podCIDR}, and the machine's is ${wish.podCIDR}`,
      { hint: `Remove the object with kubectl delete node ${wish.name}; it is made anew.` },
    );
  const labelled = await client.apply({ ...NODE, metadata: { name: wish.name, labels: nodeLabels(wish) } });
  const node = nodeSchema.parse(labelled);
  const change = changeTaints(node, wish, isNetworkReady);
  const identity =
    spec.podCIDR === undefined
      ? { podCIDR: wish.podCIDR, podCIDRs: [wish.podCIDR], providerID: wish.providerId }
      : undefined;
  if (change === undefined && identity === undefined) return labelled;
  const annotations = change === undefined ? {} : { [TAINTS_ANNOTATION]: change.annotation };
  const taints = change === undefined ? {} : { taints: change.taints.map((taint) => ({ ...taint })) };
  return client.merge(reference, {
    metadata: { resourceVersion: node.metadata.resourceVersion, annotations },
    spec: { ...identity, ...taints },
  });
}

/** Takes a machine's Node away when the machine is gone for good. What is already gone is no error. */
export function removeNode(client: KubernetesClient, name: string): Promise<void> {
  return client.remove({ ...NODE, name });
}

/** Every Node by name, told anew after each change until the signal aborts; it is the same map each time. */
export async function* watchNodes(
  client: KubernetesClient,
  signal: AbortSignal,
): AsyncGenerator<ReadonlyMap<string, StoredObject>> {
  const nodes = new Map<string, StoredObject>();
  for await (const event of client.watch(NODE, {}, signal)) {
    if (event.type === 'list') {
      nodes.clear();
      for (const node of event.items) nodes.set(node.metadata.name, node);
    } else if (event.type === 'put') nodes.set(event.object.metadata.name, event.object);
    else nodes.delete(event.object.metadata.name);
    yield nodes;
  }
}
