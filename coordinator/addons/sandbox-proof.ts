/**
 * Proves on each machine that its sandbox is one: a real pod of RuntimeClass gvisor-proof runs there and shows the first
 * lines of gVisor's own kernel log. The Node carries the result: the label that users' RuntimeClass selects by, and an
 * annotation that says of which programs and when, so that nothing needs to be remembered elsewhere.
 */
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type { Judgement } from '../kubernetes/condition.ts';
import { judgeNode, NODE } from '../kubernetes/node-object.ts';
import type { StoredObject } from '../kubernetes/object.ts';
import { SANDBOX_LABEL } from './manifests/runtime-classes.ts';
import { type ProofOptions, runProof } from './proof-pod.ts';

const ANNOTATION = 'vent/sandbox-proof';
/** Whose fields the label and the annotation are: apart from the Node's other labels. */
const MANAGER = 'vent-sandbox';

const DAY = 24 * 3_600_000;
/** Milliseconds until a proof that failed is tried again. */
const RETRY = 5 * 60_000;

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
  const result = await runProof(options, node, signal);
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
