/** The generation that this machine took back last, and why: it is not tried again. */
import * as z from 'zod';
import type { Files } from '../host/host.ts';
import { PRIVATE } from '../kinds/steps/files.ts';
import { compareFloors, type Floor } from '../verify.ts';

const PATH = '/var/lib/vent/quarantine.json';
const schema = z.strictObject({
  epoch: z.int().positive(),
  generation: z.int().positive(),
  /** One sentence. */
  reason: z.string(),
});
export type Quarantine = z.infer<typeof schema>;

/** Whether a document is the one that was taken back, or older still. */
export function isHeldBack(floor: Floor, quarantine: Quarantine | undefined): quarantine is Quarantine {
  return quarantine !== undefined && compareFloors(floor, quarantine) <= 0;
}

/** A damaged file is no quarantine: the generation is tried once more, and taken back once more. */
export async function loadQuarantine(files: Files): Promise<Quarantine | undefined> {
  const bytes = await files.read(PATH);
  if (bytes === undefined) return undefined;
  try {
    return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

/** Durable when it resolves. */
export async function saveQuarantine(files: Files, { epoch, generation }: Floor, reason: string): Promise<void> {
  await files.write(PATH, new TextEncoder().encode(`${JSON.stringify({ epoch, generation, reason })}\n`), PRIVATE);
}
