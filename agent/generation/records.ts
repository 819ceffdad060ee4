/**
 * What the journal says of a change, and what must be undone when it is not committed, as values and as lines.
 *
 * A line is `LENGTH CRC32C JSON`: the bytes of the JSON in decimal and its checksum in hex, eight digits each. It is text,
 * so that an operator and the rollback script can read it.
 */
import * as z from 'zod';
import { crc32c } from './crc32c.ts';

const attributes = { mode: z.string().regex(/^[0-7]{4}$/), owner: z.string() };
const path = z.string().startsWith('/');

/** How one thing was before the change first touched it. `copy`: number of the kept content. */
export const keptSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('file'), path, copy: z.int(), ...attributes }),
  z.strictObject({ type: z.literal('link'), path, target: z.string() }),
  z.strictObject({ type: z.literal('directory'), path, ...attributes }),
  z.strictObject({ type: z.literal('absent'), path }),
  z.strictObject({ type: z.literal('unit'), name: z.string(), active: z.boolean() }),
  z.strictObject({ type: z.literal('enabled'), name: z.string(), enabled: z.boolean() }),
  z.strictObject({ type: z.literal('sysctl'), key: z.string(), value: z.string() }),
  /** Addresses, routes and Vent's tables as they were; the three copies follow each other. */
  z.strictObject({ type: z.literal('network'), copy: z.int(), links: z.array(z.string()) }),
]);
export type Kept = z.infer<typeof keptSchema>;

const at = z.iso.datetime();
const floor = { epoch: z.int().positive(), generation: z.int().positive() };

export const recordSchema = z.discriminatedUnion('type', [
  /** `part`: the machine's first document is applied in two parts. */
  z.strictObject({ type: z.literal('BEGIN'), at, ...floor, digest: z.string(), part: z.enum(['link', 'whole']) }),
  /** What the change needs is on the machine, and the timer runs that takes it back. */
  z.strictObject({ type: z.literal('STAGED'), at, touchesLink: z.boolean(), seconds: z.int().positive() }),
  /** From here on the machine is changed. `deadline`: when it must be committed. */
  z.strictObject({ type: z.literal('SWITCH'), at, deadline: at }),
  z.strictObject({ type: z.literal('KEPT'), kept: keptSchema }),
  z.strictObject({ type: z.literal('RESTARTED'), at, unit: z.string() }),
  z.strictObject({ type: z.literal('HEALTHY'), at }),
  z.strictObject({ type: z.literal('COMMIT'), at, by: z.enum(['health', 'coordinator']) }),
  z.strictObject({ type: z.literal('ROLLBACK'), at, reason: z.string() }),
]);
export type JournalRecord = z.infer<typeof recordSchema>;
export type RecordOf<T extends JournalRecord['type']> = Extract<JournalRecord, { type: T }>;

const hex = (value: number): string => value.toString(16).padStart(8, '0');

/** A line of a file that is appended to. @param value JSON can say */
export function encodeLine(value: unknown): Uint8Array {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  return Buffer.concat([
    Buffer.from(`${String(json.length).padStart(8, '0')} ${hex(crc32c(json))} `),
    json,
    Buffer.from('\n'),
  ]);
}

export function encodeRecord(record: JournalRecord): Uint8Array {
  return encodeLine(record);
}

/** Length of the two numbers and their blanks. */
const HEAD = 18;

/**
 * Reads lines up to the first that is not whole: a crash can cut or spoil only what was being written.
 * @returns `length`: bytes of the lines that are whole
 */
export function decodeLines<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): { readonly records: readonly T[]; readonly length: number } {
  const records: T[] = [];
  let length = 0;
  for (;;) {
    const read = decodeLine(bytes.subarray(length), schema);
    if (read === undefined) return { records, length };
    records.push(read.record);
    length += read.length;
  }
}

/** As `decodeLines`, of a journal. */
export function decodeRecords(bytes: Uint8Array): {
  readonly records: readonly JournalRecord[];
  readonly length: number;
} {
  return decodeLines(bytes, recordSchema);
}

function decodeLine<T>(
  bytes: Uint8Array,
  schema: z.ZodType<T>,
): { readonly record: T; readonly length: number } | undefined {
  const match = /^(\d{8}) ([0-9a-f]{8}) $/.exec(Buffer.from(bytes.subarray(0, HEAD)).toString('latin1'));
  if (match === null) return undefined;
  const size = Number(match[1]);
  const json = bytes.subarray(HEAD, HEAD + size);
  const isWhole = json.length === size && bytes[HEAD + size] === 0x0a && hex(crc32c(json)) === match[2];
  if (!isWhole) return undefined;
  try {
    return { record: schema.parse(JSON.parse(Buffer.from(json).toString('utf8'))), length: HEAD + size + 1 };
  } catch {
    return undefined;
  }
}
