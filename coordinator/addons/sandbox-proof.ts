/**
 * Proves on each machine that its sandbox is one: a real pod of RuntimeClass gvisor-proof runs there and shows the first
 * lines of gVisor's own kernel log. The Node carries the result: the label that users' RuntimeClass selects by, and an
 * annotation that says of which programs and when, so that nothing needs to be remembered elsewhere.
 */
import { randomBytes } from 'node:crypto';
import * as z from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { KubernetesClient } from '../kubernetes/client.ts';
import type { Judgement } from '../kubernetes/condition.ts';
import { judgeNode, NODE } from '../kubernetes/node-object.ts';
import type { DesiredObject, StoredObject } from '../kubernetes/object.ts';
import { PROOF_CLASS, SANDBOX_LABEL } from './manifests/runtime-classes.ts';

/** Where the proving pods run, as an account that may do nothing. */
export const PROOF_NAMESPACE = 'vent-system';
const ACCOUNT = 'sandbox-proof';
const POD_LABEL = 'vent/sandbox-proof';
const ANNOTATION = 'vent/sandbox-proof';
/** Whose fields the label and the annotation are: apart from the Node's other labels. */
const MANAGER = 'vent-sandbox';
/** What gVisor writes first (https://gvisor.dev/docs/user_guide/quick_start/docker/); no host kernel says so. */
const EVIDENCE = 'Starting gVisor...';

const DAY = 24 * 3_600_000;
/** Milliseconds until a proof that failed is tried again. */
const RETRY = 5 * 60_000;
/** Milliseconds that a pod may take from its making to its end. */
const POD_DEADLINE = 120_000;

const proofSchema = z.object({
  /** The programs it was a proof of: `containerd 2.3.7, runsc 20260905`. */
  runtime: z.string(),
  /** Milliseconds since the epoch. */
  at: z.number(),
  status: z.enum(['True', 'False']),
  reason: z.string(),
  message: z.string(),
});
export type SandboxProof = z.infer<typeof proofSchema>;

/** What the Node says of its last proof. */
export function readProof(node: StoredObject): SandboxProof | undefined {
  const text = node.metadata.annotations?.[ANNOTATION];
  if (text === undefined) return undefined;
  try {
    return proofSchema.parse(JSON.parse(text));
  } catch {
    // Somebody edited it: it is as good as none.
    return undefined;
  }
}

/** True when there is none yet, for other programs, from yesterday, or failed a while ago. */
export function isProofDue(proof: SandboxProof | undefined, runtime: string, now: number): boolean {
  if (proof === undefined || proof.runtime !== runtime) return true;
  return now - proof.at >= (proof.status === 'True' ? DAY : RETRY);
}

/** The condition SandboxProved, from what the Node says. */
export function judgeProof(proof: SandboxProof | undefined, runtime: string): Judgement {
  const type = 'SandboxProved';
  if (proof === undefined || proof.runtime !== runtime)
    return { type, status: 'Unknown', reason: 'ProofPending', message: `waits for a pod to prove ${runtime}` };
  const { status, reason, message } = proof;
  return { type, status, reason, message };
}

export interface ProofOptions {
  readonly client: KubernetesClient;
  /** On every machine already, with a `dmesg` in it: never pulled. */
  readonly image: string;
  readonly clock: Clock;
}

/**
 * Runs the pod on that machine and writes the result to its Node: label and annotation after a proof, the annotation
 * alone after a failure, so that no pod of users is placed there any more. The pod is deleted in any case.
 * @param runtime the programs on the machine, as `isProofDue` compares them
 * @throws UNAVAILABLE, CANCELLED, when nothing can be said; the Node then stays as it is
 */
export async function proveSandbox(
  options: ProofOptions,
  node: string,
  runtime: string,
  signal: AbortSignal,
): Promise<SandboxProof> {
  const result = await tryProof(options, node, signal);
  const proof: SandboxProof = { runtime, at: options.clock.now(), ...result };
  const labels = proof.status === 'True' ? { labels: { [SANDBOX_LABEL]: 'true' } } : {};
  const annotations = { [ANNOTATION]: JSON.stringify(proof) };
  await options.client.apply({ ...NODE, metadata: { name: node, ...labels, annotations } }, MANAGER, signal);
  return proof;
}

/** How many machines prove at the same time. */
const AT_ONCE = 8;

export interface SandboxedMachine {
  /** Name of its Node. */
  readonly node: string;
  readonly runtime: string;
}

/**
 * Proves wherever a proof is due and the Node is ready; one machine's failure is its own.
 * @returns what could not be said, by Node; results are on the Nodes
 */
export async function proveWhereDue(
  options: ProofOptions,
  machines: readonly SandboxedMachine[],
  nodes: ReadonlyMap<string, StoredObject>,
  signal: AbortSignal,
): Promise<ReadonlyMap<string, VentError>> {
  const errors = new Map<string, VentError>();
  const due = machines.filter(({ node, runtime }) => {
    const object = nodes.get(node);
    if (object === undefined || judgeNode(object).status !== 'True') return false;
    return isProofDue(readProof(object), runtime, options.clock.now());
  });
  const work = async (): Promise<void> => {
    for (let next = due.shift(); next !== undefined && !signal.aborted; next = due.shift()) {
      const { node, runtime } = next;
      await proveSandbox(options, node, runtime, signal).catch((thrown: unknown) =>
        errors.set(node, VentError.from(thrown)),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return errors;
}

type Result = Pick<SandboxProof, 'status' | 'reason' | 'message'>;

async function tryProof(options: ProofOptions, node: string, signal: AbortSignal): Promise<Result> {
  const { client } = options;
  const pod = proofPod(node, options.image);
  try {
    for (const object of SURROUNDINGS) await client.apply(object, undefined, signal);
    await removeLeftovers(client, node);
    await client.create(pod);
    return await observe(options, pod.metadata, signal);
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

async function observe(
  { client, clock }: ProofOptions,
  pod: { readonly name: string; readonly namespace: string },
  signal: AbortSignal,
): Promise<Result> {
  const enough = new AbortController();
  const either = AbortSignal.any([signal, enough.signal]);
  const alarm = clock.wait(POD_DEADLINE, either).then(
    () => enough.abort(),
    () => undefined,
  );
  const selection = { namespace: pod.namespace, fields: `metadata.name=${pod.name}` };
  let last = 'nothing was heard of it';
  try {
    for await (const event of client.watch({ apiVersion: 'v1', kind: 'Pod' }, selection, either)) {
      const object = event.type === 'list' ? event.items[0] : event.object;
      if (object === undefined || event.type === 'remove')
        return { status: 'False', reason: 'PodRemoved', message: 'somebody removed the pod before it had run' };
      const { status } = podSchema.parse(object);
      if (status.phase === 'Succeeded') return judgeLog(await client.logs(pod, signal));
      const waiting = status.containerStatuses[0]?.state.waiting;
      last = [status.phase, status.message, waiting?.reason, waiting?.message].filter(Boolean).join(': ');
      if (status.phase === 'Failed')
        return { status: 'False', reason: 'PodFailed', message: `the pod failed: ${last}` };
    }
  } finally {
    enough.abort();
    await alarm;
  }
  if (signal.aborted) throw new VentError('CANCELLED', 'cannot prove the sandbox: it was interrupted');
  return {
    status: 'False',
    reason: 'PodNotRun',
    message: `the pod did not run within ${POD_DEADLINE / 1000} s: ${last}`,
  };
}

function judgeLog(log: string): Result {
  if (log.includes(EVIDENCE)) return { status: 'True', reason: 'PodProved', message: 'a pod ran in gVisor' };
  return {
    status: 'False',
    reason: 'NotSandboxed',
    message: "the pod ran, but its kernel log is not gVisor's: the runtime class does not lead to runsc",
  };
}
