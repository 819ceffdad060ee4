/** Which pods must leave a machine that is drained, and what each of them risks by it. Pure. */
import * as z from 'zod';
import type { StoredObject } from '../kubernetes/object.ts';

export interface LeavingPod {
  readonly name: string;
  readonly namespace: string;
  /** It was told to end, and has not ended. */
  readonly isEnding: boolean;
  readonly risks: readonly Risk[];
}

/** Nobody makes it again (`unmanaged`); what is in its emptyDir volumes is lost (`emptyDir`). */
export type Risk = 'unmanaged' | 'emptyDir';

export const RISKS: Readonly<Record<Risk, string>> = {
  unmanaged: 'has no controller, so nobody makes it again',
  emptyDir: 'loses what is in its emptyDir volumes',
};

const MIRROR = 'kubernetes.io/config.mirror';
/** A pod that ends by itself within seconds; the coordinator makes it anew. */
export const PROOF_LABEL = 'vent/sandbox-proof';

const podSchema = z.object({
  metadata: z.object({
    ownerReferences: z.array(z.object({ kind: z.string(), controller: z.boolean().default(false) })).default([]),
  }),
  spec: z.object({
    runtimeClassName: z.string().optional(),
    volumes: z.array(z.object({ emptyDir: z.unknown().optional() })).default([]),
  }),
  status: z.object({ phase: z.string().default('') }).default({ phase: '' }),
});

/**
 * @param pods all that are on the machine
 * @param sandboxes names of the runtime classes whose pods alone must leave; undefined for all pods
 */
export function listLeaving(
  pods: readonly StoredObject[],
  sandboxes: ReadonlySet<string> | undefined,
): readonly LeavingPod[] {
  return pods.flatMap((object) => {
    const { name, namespace = '', annotations = {}, labels = {}, deletionTimestamp } = object.metadata;
    const { metadata, spec, status } = podSchema.parse(object);
    const owner = metadata.ownerReferences.find(({ controller }) => controller)?.kind;
    const stays = MIRROR in annotations || PROOF_LABEL in labels || owner === 'DaemonSet';
    const isOver = status.phase === 'Succeeded' || status.phase === 'Failed';
    const isMeant = sandboxes === undefined || sandboxes.has(spec.runtimeClassName ?? '');
    if (stays || isOver || !isMeant) return [];
    const risks: Risk[] = [
      ...(owner === undefined ? (['unmanaged'] as const) : []),
      ...(spec.volumes.some(({ emptyDir }) => emptyDir !== undefined) ? (['emptyDir'] as const) : []),
    ];
    return [{ name, namespace, isEnding: deletionTimestamp !== undefined, risks }];
  });
}
