/** The sizes and shapes of what unknown callers send, checked before anything else is done with it. */
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type {
  BeginRequest,
  BeginReturnRequest,
  FinishRequest,
  FinishReturnRequest,
} from '../../shared/identity/messages.ts';
import { TOKEN_ID } from '../../shared/identity/tokens.ts';
import { DEVICE_ID } from '../tokens.ts';

const bytes = (least: number, most: number) =>
  z.instanceof(Uint8Array).refine((value) => value.length >= least && value.length <= most, 'wrong length');

const clockTime = z.number().min(-8.64e15).max(8.64e15);
const challengeName = z.string().regex(/^[0-9a-f]{32}$/, 'no challenge id');

const begin: z.ZodType<BeginRequest> = z.object({
  tokenId: z.string().regex(TOKEN_ID, 'no token id'),
  deviceId: z.string().regex(DEVICE_ID, 'no device id'),
  spki: bytes(1, 256),
  clientNonce: bytes(32, 32),
  agentVersion: z.string().max(64),
  clockUnixMilliseconds: clockTime,
});

const finish: z.ZodType<FinishRequest> = z.object({
  challengeId: challengeName,
  proof: bytes(32, 32),
  signature: bytes(1, 256),
});

const beginReturn: z.ZodType<BeginReturnRequest> = z.object({
  nodeId: z.uuid(),
  spki: bytes(1, 256),
  knownSpki: bytes(1, 256),
  clientNonce: bytes(32, 32),
  clockUnixMilliseconds: clockTime,
});

const finishReturn: z.ZodType<FinishReturnRequest> = z.object({
  challengeId: challengeName,
  signature: bytes(1, 256),
  knownSignature: bytes(1, 256),
});

function check<T>(schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  throw new VentError('INVALID_INPUT', `cannot enrol: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'invalid'}`, {
    hint: 'Is the agent of the same version as the coordinator?',
  });
}

/** @throws VentError INVALID_INPUT naming the field, never its value */
export function checkBegin(value: unknown): BeginRequest {
  return check(begin, value);
}

/** @throws VentError INVALID_INPUT naming the field, never its value */
export function checkFinish(value: unknown): FinishRequest {
  return check(finish, value);
}

/** @throws VentError INVALID_INPUT naming the field, never its value */
export function checkBeginReturn(value: unknown): BeginReturnRequest {
  return check(beginReturn, value);
}

/** @throws VentError INVALID_INPUT naming the field, never its value */
export function checkFinishReturn(value: unknown): FinishReturnRequest {
  return check(finishReturn, value);
}
