/** Answers the coordinator's question what this machine would do for a document that it does not have. */
import * as z from 'zod';
import { DOCUMENT_SCHEMA, documentSchema, type NodeDocument } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { PlannedResourceView } from '../../shared/wire.ts';
import type { Identity } from '../identity.ts';
import { type PlanOptions, planDocument } from './plan.ts';

const componentsSchema = documentSchema.shape.components;

/**
 * Only looks. The components are not signed: nothing is made of them but sentences, and the kinds refuse foreign paths.
 * @param components JSON @param around what the document would say of the machine
 * @returns what is not converged, in the document's order
 * @throws VentError DOCUMENT_REFUSED
 */
export async function answerPlan(
  components: Uint8Array,
  around: Omit<NodeDocument, 'components'>,
  options: Omit<PlanOptions, 'document'>,
): Promise<readonly PlannedResourceView[]> {
  const document = { ...around, components: decode(components) };
  const planned = await planDocument({ ...options, document });
  return planned
    .filter(
      ({ sentences, left, error, isRemoval }) => isRemoval || error !== undefined || sentences.length + left.length > 0,
    )
    .map(({ id, component, sentences, changes, left, isRemoval, error }) => ({
      id,
      component,
      sentences,
      left,
      is_removal: isRemoval,
      error: error?.message ?? '',
      changes: changes.map(({ change, isRequired }) => ({ change, is_required: isRequired })),
    }));
}

/** What a document for this machine says beside its components. @param now milliseconds since the epoch */
export function aroundOf(
  { clusterId, clusterName, nodeId, nodeName }: Identity,
  now: number,
): Omit<NodeDocument, 'components'> {
  const at = new Date(now).toISOString();
  return {
    schema: DOCUMENT_SCHEMA,
    cluster: { id: clusterId, name: clusterName },
    node: { id: nodeId, name: nodeName },
    ...{ epoch: 1, generation: 1, revision: 0 },
    ...{ issuedAt: at, expiresAt: at },
  };
}

function decode(bytes: Uint8Array): NodeDocument['components'] {
  try {
    return componentsSchema.parse(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes)));
  } catch (cause) {
    const issue = cause instanceof z.ZodError ? cause.issues[0] : undefined;
    const where = issue === undefined ? 'it is not JSON' : `${issue.path.join('.')}: ${issue.message}`;
    throw new VentError('DOCUMENT_REFUSED', `cannot plan the document: ${where}`, {
      hint: 'Update the agent if the coordinator is newer.',
      cause,
    });
  }
}
