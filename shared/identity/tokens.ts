/** Enrolment tokens as people and files carry them: `vent_<id>_<secret>`, the id 16 and the secret 64 hex digits. */
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

export function formatToken({ id, secret }: TokenParts): string {
  return `vent_${id}_${Buffer.from(secret).toString('hex')}`;
}

/** @throws VentError INVALID_INPUT, without the text, when it is no token */
export function parseToken(text: string): TokenParts {
  const [mark, id = '', secret = '', ...rest] = text.split('_');
  if (mark !== 'vent' || !TOKEN_ID.test(id) || rest.length > 0) throw notAToken();
  return { id, secret: parseSecret(secret) };
}

/** @param hex 64 hex digits @throws VentError INVALID_INPUT, without the text: an empty or short secret is none */
export function parseSecret(hex: string): Uint8Array {
  if (!SECRET.test(hex)) throw notAToken();
  return Buffer.from(hex, 'hex');
}

function notAToken(): VentError {
  return new VentError('INVALID_INPUT', 'cannot use the token: it is not 16 hex digits and a secret of 64', {
    hint: 'Copy it again as `vent token create` printed it.',
  });
}
