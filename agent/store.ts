/**
 * The signed documents on the machine's disk, and the floor under all documents to come: the newest that came, the one
 * being applied, and the last that was committed.
 *
 * INVARIANTS
 * - A document is one file, replaced whole: two header lines, an empty line, then the signed bytes as they came.
 * - The floor is durable before its document is, so a crash in between cannot let an older one in.
 */
import * as z from 'zod';
import type { SignedDocument } from '../shared/document.ts';
import type { Files } from './host/host.ts';
import type { Floor } from './verify.ts';

/** `document`: the newest that came. */
export type DocumentSlot = 'document' | 'staged' | 'committed';

export interface DocumentStore {
  /** What was saved last, not verified anew; undefined before the first, or when the file is damaged. */
  load(slot?: DocumentSlot): Promise<SignedDocument | undefined>;
  /** Keeps a document that `save` took, for what is done with it. Durable when it resolves. */
  keep(slot: 'staged' | 'committed', signed: SignedDocument): Promise<void>;
  floor(): Promise<Floor | undefined>;
  /** Durable when it resolves. @param floor (epoch, generation) of the document */
  save(signed: SignedDocument, floor: Floor): Promise<void>;
}

const DIRECTORY = '/var/lib/vent';
const FLOOR = `${DIRECTORY}/floor.json`;
const ATTRIBUTES = { mode: '0600', owner: 'root:root' };
/** ASCII, so a count of characters is a count of bytes; longer than any header. */
const HEADER_LIMIT = 512;

const floorSchema = z.strictObject({ epoch: z.int().positive(), generation: z.int().positive() });

function encode({ payload, signature, keyId }: SignedDocument): Uint8Array {
  const header = `key-id: ${keyId}\nsignature: ${Buffer.from(signature).toString('base64')}\n\n`;
  return Buffer.concat([Buffer.from(header, 'ascii'), payload]);
}

function decode(bytes: Uint8Array): SignedDocument | undefined {
  const head = Buffer.from(bytes.subarray(0, HEADER_LIMIT)).toString('latin1');
  const match = /^key-id: ([0-9a-f]*)\nsignature: ([A-Za-z0-9+/=]*)\n\n/.exec(head);
  const [header, keyId, signature] = match ?? [];
  if (header === undefined || keyId === undefined || signature === undefined) return undefined;
  return { keyId, signature: Buffer.from(signature, 'base64'), payload: bytes.slice(header.length) };
}

/** A damaged floor is no floor: the next document sets a new one. */
function decodeFloor(bytes: Uint8Array): Floor | undefined {
  try {
    return floorSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

export function createDocumentStore(files: Files): DocumentStore {
  return {
    async load(slot = 'document') {
      const bytes = await files.read(`${DIRECTORY}/${slot}`);
      return bytes === undefined ? undefined : decode(bytes);
    },
    keep: (slot, signed) => files.write(`${DIRECTORY}/${slot}`, encode(signed), ATTRIBUTES),
    async floor() {
      const bytes = await files.read(FLOOR);
      return bytes === undefined ? undefined : decodeFloor(bytes);
    },
    async save(signed, { epoch, generation }) {
      await files.makeDirectory(DIRECTORY, { mode: '0700', owner: 'root:root' });
      await files.write(FLOOR, new TextEncoder().encode(`${JSON.stringify({ epoch, generation })}\n`), ATTRIBUTES);
      await files.write(`${DIRECTORY}/document`, encode(signed), ATTRIBUTES);
    },
  };
}
