/**
 * How an agent proves a token's secret without sending it, and why the coordinator's store cannot enrol anyone: the
 * construction is that of SCRAM (RFC 5802, 3), with the client's key taken straight from 32 random bytes instead of a
 * password.
 *
 *   ClientKey = HMAC-SHA256(secret, "vent client")
 *   StoredKey = SHA-256(ClientKey)                      what the coordinator keeps
 *   proof     = ClientKey XOR HMAC-SHA256(StoredKey, transcript)
 */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Everything both sides know of one exchange; whatever is in here cannot be replayed into another. */
export interface Exchange {
  /** SPKI of the server's certificate as seen on this connection, DER: binds the proof to the connection. */
  readonly serverSpki: Uint8Array;
  /** SPKI of the agent's key, DER. */
  readonly spki: Uint8Array;
  readonly deviceId: string;
  /** 32 bytes each. */
  readonly clientNonce: Uint8Array;
  readonly serverNonce: Uint8Array;
}

const LABEL = 'vent enrol 1';

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function hmac(key: Uint8Array, bytes: Uint8Array | string): Buffer {
  return createHmac('sha256', key).update(bytes).digest();
}

function xor(left: Uint8Array, right: Uint8Array): Uint8Array {
  return left.map((byte, index) => byte ^ (right[index] ?? 0));
}

/** @param secret 32 bytes */
function clientKeyOf(secret: Uint8Array): Uint8Array {
  return hmac(secret, 'vent client');
}

/** What is kept of a secret. @param secret 32 bytes @returns 32 bytes */
export function storedKeyOf(secret: Uint8Array): Uint8Array {
  return sha256(clientKeyOf(secret));
}

/** The bytes that proof and signature are made over; every field is preceded by its length, so no two exchanges share them. */
export function transcriptOf(exchange: Exchange): Uint8Array {
  const fields = [
    Buffer.from(LABEL),
    sha256(exchange.serverSpki),
    sha256(exchange.spki),
    Buffer.from(exchange.deviceId),
    exchange.clientNonce,
    exchange.serverNonce,
  ];
  return Buffer.concat(
    fields.flatMap((field) => {
      const length = Buffer.alloc(4);
      length.writeUInt32BE(field.length);
      return [length, field];
    }),
  );
}

/** @param secret 32 bytes @returns 32 bytes */
export function makeProof(secret: Uint8Array, transcript: Uint8Array): Uint8Array {
  return xor(clientKeyOf(secret), hmac(storedKeyOf(secret), transcript));
}

/** Whether the proof was made with the secret behind `storedKey`; takes the same time whichever byte differs. */
export function isProof(storedKey: Uint8Array, transcript: Uint8Array, proof: Uint8Array): boolean {
  if (proof.length !== 32) return false;
  return timingSafeEqual(sha256(xor(proof, hmac(storedKey, transcript))), storedKey);
}
