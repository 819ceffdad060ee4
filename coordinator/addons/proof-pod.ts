/** The pod that proves a sandbox: made on a machine, watched to its end, its log read. */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { KubernetesClient, Selection } from '../kubernetes/client.ts';
import type { DesiredObject, ResourceType, StoredObject } from '../kubernetes/object.ts';
import { PROOF_CLASS } from './manifests/runtime-classes.ts';

/** Where the proving pods run, as an account that may do nothing. */
export const PROOF_NAMESPACE = 'vent-system';
const ACCOUNT = 'sandbox-proof';
const POD_LABEL = 'vent/sandbox-proof';
/** What gVisor writes first (https://gvisor.dev/docs/user_guide/quick_start/docker/); no host kernel says so. */
const EVIDENCE = 'Starting gVisor...';
/** Milliseconds that a pod may take from its making to its end. */
const POD_DEADLINE = 120_000;

export interface ProofOptions {
  readonly client: KubernetesClient;
  /** On every machine already, with a `dmesg` in it: never pulled. */
  readonly image: string;
  readonly clock: Clock;
}

export interface ProofResult {
  readonly status: 'True' | 'False';
  readonly reason: string;
  readonly message: string;
}

/**
 * Runs the pod on that machine; it is deleted in any case.
 * @throws UNAVAILABLE, CANCELLED, when nothing can be said
 */
export async function runProof(options: ProofOptions, node: string, signal: AbortSignal): Promise<ProofResult> {
  const { client } = options;
  const pod = proofPod(node, options.image);
  try {
    await waitForAccounts(options, signal);
    for (const object of SURROUNDINGS) await client.apply(object, undefined, signal);
    await removeLeftovers(client, node);
    await client.create(pod);
    return await observePod(options, pod.metadata, signal);
  } catch (thrown) {
    const error = VentError.from(thrown);
    if (error.code === 'UNAVAILABLE' || error.code === 'CANCELLED' || error.code === 'BUG') throw error;
    return { status: 'False', reason: 'ProofRefused', message: error.message };
  } finally {
    await client.remove({ ...pod, ...pod.metadata }).catch(() => undefined);
  }
}

/** Made here as well as by controller-manager, which may not have come to it. */
const SURROUNDINGS: readonly DesiredObject[] = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: PROOF_NAMESPACE } },
  {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: ACCOUNT, namespace: PROOF_NAMESPACE },
    automountServiceAccountToken: false,
  },
];

/** Pods of a proof that the coordinator did not live to end. */
async function removeLeftovers(client: KubernetesClient, node: string): Promise<void> {
  const { items } = await client.list(
    { apiVersion: 'v1', kind: 'Pod' },
    { namespace: PROOF_NAMESPACE, labels: `${POD_LABEL}=${node}` },
  );
  for (const { apiVersion, kind, metadata } of items)
    await client.remove({ apiVersion, kind, name: metadata.name, namespace: PROOF_NAMESPACE });
}

function proofPod(node: string, image: string): DesiredObject & { readonly metadata: { readonly namespace: string } } {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: `sandbox-proof-${node}-${randomBytes(3).toString('hex')}`,
      namespace: PROOF_NAMESPACE,
      labels: { [POD_LABEL]: node },
    },
    spec: {
      nodeName: node,
      runtimeClassName: PROOF_CLASS,
      restartPolicy: 'Never',
      serviceAccountName: ACCOUNT,
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      tolerations: [{ operator: 'Exists' }],
      containers: [
        {
          name: 'proof',
          image,
          imagePullPolicy: 'Never',
          command: ['busybox', 'dmesg'],
          securityContext: { allowPrivilegeEscalation: false },
        },
      ],
    },
  };
}

const podSchema = z.object({
  status: z
    .object({
      phase: z.string().default('Pending'),
      message: z.string().default(''),
      containerStatuses: z
        .array(
          z.object({
            state: z
              .object({
                waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
              })
              .default({}),
          }),
        )
        .default([]),
    })
    .default({ phase: 'Pending', message: '', containerStatuses: [] }),
});

/**
 * Waits until pods of users are admitted: none is before kube-controller-manager has made the account it runs as, which
 * it comes to a while after it leads. A machine is not called ready before.
 * @throws UNAVAILABLE when there is none after as long as a pod may take
 */
async function waitForAccounts(options: ProofOptions, signal: AbortSignal): Promise<void> {
  const selection = { namespace: 'default', fields: 'metadata.name=default' };
  const found = await observe(options, { apiVersion: 'v1', kind: 'ServiceAccount' }, selection, signal, (object) =>
    Promise.resolve(object === undefined ? undefined : true),
  );
  if (found === undefined)
    throw new VentError(
      'UNAVAILABLE',
      'cannot prove the sandbox: kube-controller-manager has not made the account default of the namespace default',
    );
}

/** What the pod came to, seen from its states. */
async function observePod(
  options: ProofOptions,
  pod: { readonly name: string; readonly namespace: string },
  signal: AbortSignal,
): Promise<ProofResult> {
  let last = 'nothing was heard of it';
  const selection = { namespace: pod.namespace, fields: `metadata.name=${pod.name}` };
  const judge = async (object: StoredObject | undefined): Promise<ProofResult | undefined> => {
    if (object === undefined)
      return { status: 'False', reason: 'PodRemoved', message: 'somebody removed the pod before it had run' };
    const { status } = podSchema.parse(object);
    if (status.phase === 'Succeeded') return judgeLog(await options.client.logs(pod, signal));
    const waiting = status.containerStatuses[0]?.state.waiting;
    last = [status.phase, status.message, waiting?.reason, waiting?.message].filter(Boolean).join(': ');
    return status.phase === 'Failed'
      ? { status: 'False', reason: 'PodFailed', message: `the pod failed: ${last}` }
      : undefined;
  };
  return (
    (await observe(options, { apiVersion: 'v1', kind: 'Pod' }, selection, signal, judge)) ?? {
      status: 'False',
      reason: 'PodNotRun',
      message: `the pod did not run within ${POD_DEADLINE / 1000} s: ${last}`,
    }
  );
}

/**
 * Shows `judge` the one object of a selection, undefined while it is not there, until it says something.
 * @returns undefined when it said nothing for as long as a pod may take
 * @throws CANCELLED
 */
async function observe<T>(
  { client, clock }: ProofOptions,
  type: ResourceType,
  selection: Selection,
  signal: AbortSignal,
  judge: (object: StoredObject | undefined) => Promise<T | undefined>,
): Promise<T | undefined> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const alarm = clock.wait(POD_DEADLINE, either).then(
    () => enough.abort(),
    () => undefined,
  );
  try {
    for await (const event of client.watch(type, selection, either)) {
      const object = event.type === 'list' ? event.items[0] : event.type === 'put' ? event.object : undefined;
      const judged = await judge(object);
      if (judged !== undefined) return judged;
    }
  } finally {
    enough.abort();
    await alarm;
  }
  if (signal.aborted) throw new VentError('CANCELLED', 'cannot prove the sandbox: it was interrupted');
  return undefined;
}

function judgeLog(log: string): ProofResult {
  if (log.includes(EVIDENCE)) return { status: 'True', reason: 'PodProved', message: 'a pod ran in gVisor' };
  return {
    status: 'False',
    reason: 'NotSandboxed',
    message: "the pod ran, but its kernel log is not gVisor's: the runtime class does not lead to runsc",
  };
}
