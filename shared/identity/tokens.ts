/** Enrolment tokens as people and files carry them: an id of 16 hex digits, which is no secret, and a secret of 64. */
import { VentError } from '../errors.ts';

export const TOKEN_ID = /^[0-9a-f]{16}$/;
const SECRET = /^[0-9a-f]{64}$/;

export interface TokenParts {
  /** 16 hex digits; no secret. */
  readonly id: string;
  /** 32 bytes. */
  readonly secret: Uint8Array;
}

/** @param random gives that many random bytes, as node:crypto's randomBytes */
export function makeToken(random: (bytes: number) => Uint8Array): TokenParts {
  return { id: Buffer.from(random(8)).toString('hex'), secret: random(32) };
}

/** @param hex 64 hex digits @throws VentError INVALID_INPUT, without the text: an empty or short secret is none */
export function parseSecret(hex: string): Uint8Array {
  if (SECRET.test(hex)) return Buffer.from(hex, 'hex');
  throw new VentError('INVALID_INPUT', "cannot use the token's secret: it is not 64 hex digits", {
    hint: 'Copy it again as `vent token create` printed it.',
  });
}
