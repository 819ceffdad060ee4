/** A fake API server with a Node and pods on it. */
import type { DesiredObject } from '../../../coordinator/kubernetes/object.ts';
import type { Clock } from '../../../shared/clock.ts';
import { createFakeCluster, type FakeCluster } from '../kubernetes/fake-client.ts';

export interface PodShape {
  readonly owner?: 'ReplicaSet' | 'DaemonSet';
  readonly hasEmptyDir?: boolean;
  readonly runtimeClass?: string;
  readonly isMirror?: boolean;
  readonly phase?: string;
}

export interface DrainCluster extends FakeCluster {
  addPod(name: string, shape?: PodShape): Promise<void>;
  /** Names of the pods that are there. */
  pods(): Promise<readonly string[]>;
  /** The next evictions of the pod are forbidden by a budget. */
  keep(pod: string, times: number): void;
  isCordoned(): Promise<boolean>;
}

export const NODE = { apiVersion: 'v1', kind: 'Node' } as const;

function podOf(name: string, shape: PodShape): DesiredObject {
  const owner = { kind: shape.owner ?? 'ReplicaSet', name: 'x', uid: '1', apiVersion: 'apps/v1', controller: true };
  const isUnmanaged = shape.owner === undefined;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      ...(isUnmanaged ? {} : { ownerReferences: [owner] }),
      ...(shape.isMirror === true ? { annotations: { 'kubernetes.io/config.mirror': 'x' } } : {}),
    },
    spec: {
      nodeName: 'w1',
      ...(shape.runtimeClass === undefined ? {} : { runtimeClassName: shape.runtimeClass }),
      volumes: shape.hasEmptyDir === true ? [{ name: 'scratch', emptyDir: {} }] : [],
    },
    status: { phase: shape.phase ?? 'Running' },
  };
}

/** With the Node w1. */
export async function createDrainCluster(clock: Clock): Promise<DrainCluster> {
  const cluster = createFakeCluster(clock);
  const { client, server } = cluster;
  await client.create({ ...NODE, metadata: { name: 'w1' } });
  const gvisor = { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', handler: 'runsc', metadata: { name: 'boxed' } };
  await client.create(gvisor);
  return {
    ...cluster,
    addPod: async (name, shape = { owner: 'ReplicaSet' }) => void (await client.create(podOf(name, shape))),
    pods: async () =>
      (await client.list({ apiVersion: 'v1', kind: 'Pod' })).items.map(({ metadata }) => metadata.name).toSorted(),
    keep: (pod, times) => server.fail({ method: 'POST', path: `/pods/${pod}/eviction`, status: 429, times }),
    async isCordoned() {
      const node = await client.get({ ...NODE, name: 'w1' });
      return JSON.stringify(node?.spec ?? {}).includes('"unschedulable":true');
    },
  };
}
