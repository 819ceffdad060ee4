/** Kubernetes as far as a simulation needs it: the API server in memory, kubelets that report, pods that prove a sandbox. */
import * as z from 'zod';
import { SANDBOX_CLASS, SANDBOX_LABEL } from '../../coordinator/addons/manifests/runtime-classes.ts';
import { createFakeApiServer } from '../../coordinator/kubernetes/fake/server.ts';
import type { Clock } from '../../shared/clock.ts';
import { createWorkloads, WORK_NAMESPACE, type Workloads } from './workloads.ts';

export interface SimKubernetes {
  readonly workloads: Workloads;
  /** Runs until the signal aborts. */
  run(signal: AbortSignal): Promise<void>;
}

export interface SimKubernetesOptions {
  /** Whether the machine of that Node runs its kubelet. */
  hasKubelet(node: string): boolean;
  /** Whether users' pods run there. */
  takesPods(node: string): boolean;
  /** Whether the pods of users are sandboxed. */
  readonly isSandboxed: boolean;
  readonly clock: Clock;
}

const LOOK_MILLISECONDS = 1000;
const PODS = '/api/v1/namespaces/vent-system/pods';

const listSchema = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string(), labels: z.record(z.string(), z.string()).optional() }),
      spec: z.object({ unschedulable: z.boolean().optional() }).optional(),
      status: z
        .object({
          phase: z.string().optional(),
          conditions: z.array(z.object({ type: z.string(), status: z.string() })).optional(),
        })
        .optional(),
    }),
  ),
});
type Items = z.infer<typeof listSchema>['items'];

export function createSimKubernetes(options: SimKubernetesOptions): SimKubernetes {
  const { hasKubelet, takesPods, isSandboxed, clock } = options;
  const server = createFakeApiServer();
  const { transport } = server;
  const runtimeClass = isSandboxed ? SANDBOX_CLASS : undefined;
  const workloads = createWorkloads({ server: transport, clock, runtimeClass });

  async function list(path: string): Promise<Items> {
    const { status, body } = await transport.send({ method: 'GET', path });
    return status === 200 ? listSchema.parse(JSON.parse(body)).items : [];
  }

  async function setStatus(path: string, status: object): Promise<void> {
    await transport.send({
      method: 'PATCH',
      path: `${path}/status`,
      contentType: 'application/merge-patch+json',
      body: JSON.stringify({ status }),
    });
  }

  async function post(path: string, body: object): Promise<void> {
    await transport.send({ method: 'POST', path, contentType: 'application/json', body: JSON.stringify(body) });
  }

  /** As the scheduler decides. */
  function mayRun({ metadata: { name, labels = {} }, spec, status }: Items[number]): boolean {
    const isReady = status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') === true;
    const isProved = !isSandboxed || labels[SANDBOX_LABEL] === 'true';
    return takesPods(name) && isReady && isProved && spec?.unschedulable !== true;
  }

  async function reportNodes(nodes: Items): Promise<void> {
    for (const { metadata, status } of nodes) {
      const wanted = hasKubelet(metadata.name) ? 'True' : 'Unknown';
      const ready = status?.conditions?.find(({ type }) => type === 'Ready')?.status;
      if (ready === wanted) continue;
      const message = wanted === 'True' ? 'kubelet is posting ready status' : 'Kubelet stopped posting node status.';
      const conditions = [{ type: 'Ready', status: wanted, reason: 'Simulated', message }];
      await setStatus(`/api/v1/nodes/${metadata.name}`, { conditions });
    }
  }

  async function runPods(): Promise<void> {
    for (const { metadata, status } of await list(PODS)) {
      if (status?.phase === 'Succeeded') continue;
      server.writeLog(`vent-system/${metadata.name}`, '[    0.000000] Starting gVisor...\n');
      const containerStatuses = [{ name: 'proof', state: { terminated: { exitCode: 0, reason: 'Completed' } } }];
      await setStatus(`${PODS}/${metadata.name}`, { phase: 'Succeeded', containerStatuses });
    }
  }

  return {
    workloads,
    async run(signal) {
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } };
      for (const namespace of ['default', 'kube-system'])
        await post(`/api/v1/namespaces/${namespace}/serviceaccounts`, account);
      await post('/api/v1/namespaces', WORK_NAMESPACE);
      while (!signal.aborted) {
        const nodes = await list('/api/v1/nodes');
        await reportNodes(nodes);
        await workloads.look(nodes.filter(mayRun).map(({ metadata }) => metadata.name));
        await runPods();
        await clock.wait(LOOK_MILLISECONDS, signal).catch(() => undefined);
      }
    },
  };
}
