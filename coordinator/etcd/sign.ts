/** Operations for machines, signed as documents are. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { SignedDocument } from '../../shared/document.ts';
import { encodeOperation, OPERATION_SCHEMA, type OperationAction } from '../../shared/operation.ts';
import type { SignedOperationView } from '../../shared/wire.ts';

export interface SigningOptions {
  readonly clusterId: () => Promise<string>;
  sign(payload: Uint8Array): Promise<SignedDocument>;
  readonly clock: Clock;
}

/** In which an operation must begin; clocks of machines may be 5 minutes late or early. */
export const LIFE_MILLISECONDS = 10 * 60_000;

/** @param milliseconds in which it must begin */
export async function signOperation(
  { clusterId, sign, clock }: SigningOptions,
  node: string,
  action: OperationAction,
  milliseconds: number,
): Promise<SignedOperationView> {
  const now = clock.now();
  const id = randomUUID();
  const expiresAt = new Date(now + milliseconds).toISOString();
  const issuedAt = new Date(now).toISOString();
  const cluster = await clusterId();
  const bytes = encodeOperation({ schema: OPERATION_SCHEMA, id, cluster, node, issuedAt, expiresAt, action });
  const { payload, signature, keyId } = await sign(bytes);
  return { id, payload, signature, key_id: keyId };
}
