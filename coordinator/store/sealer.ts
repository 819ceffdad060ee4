/** Private keys and secrets as they lie in the store: AES-256-GCM, each bound to the place it was sealed for. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { VentError } from '../../shared/errors.ts';

export interface Sealer {
  /** @param place the key of the row; the text opens nowhere else */
  seal(place: string, bytes: Uint8Array): string;
  /** @throws VentError STORE_FAILED when it was sealed with another key, for another place, or changed since */
  open(place: string, sealed: string): Uint8Array;
}

const ALGORITHM = 'aes-256-gcm';
const VERSION = 'v1:';
const NONCE = 12;
const TAG = 16;

/** @param key 32 bytes */
export function createSealer(key: Uint8Array): Sealer {
  return {
    seal(place, bytes) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv(ALGORITHM, key, nonce);
      cipher.setAAD(Buffer.from(place));
      const sealed = [nonce, cipher.update(bytes), cipher.final(), cipher.getAuthTag()];
      return `${VERSION}${Buffer.concat(sealed).toString('base64')}`;
    },
    open(place, sealed) {
      try {
        if (!sealed.startsWith(VERSION)) throw new Error('unknown version');
        const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64');
        const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE), { authTagLength: TAG });
        decipher.setAAD(Buffer.from(place));
        decipher.setAuthTag(bytes.subarray(bytes.length - TAG));
        return Buffer.concat([decipher.update(bytes.subarray(NONCE, bytes.length - TAG)), decipher.final()]);
      } catch {
        throw new VentError('STORE_FAILED', `cannot open ${place}: it was sealed with another key or changed since`, {
          hint: 'Put back the seal.key that belongs to this data directory.',
        });
      }
    },
  };
}
