/** What the facility's program is told, as one JSON file. */
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { VentError } from '../../../shared/errors.ts';

const listen = z.object({ host: z.string(), port: z.int().min(0).max(65535) });
const milliseconds = z.number().nonnegative();

const settingsSchema = z.strictObject({
  /** Name of the lab; its directory and namespaces are found by it. */
  instance: z.string(),
  /** Root tree that disks are copied from. */
  tree: z.string(),
  /** Directory of the facility's memory. */
  directory: z.string(),
  /** Secret, so the file is for its owner only. */
  token: z.string().min(16),
  project: z.object({ id: z.string(), name: z.string() }),
  api: z.array(listen).min(1),
  metadata: z.array(listen).optional(),
  blocks: z.object({ public4: z.string(), private4: z.string(), public6: z.string(), elastic4: z.string() }).optional(),
  timing: z
    .object({
      step: milliseconds.exactOptional(),
      provisioningLimit: milliseconds.exactOptional(),
      spotNotice: milliseconds.exactOptional(),
    })
    .default({}),
});

export type FacilitySettings = z.infer<typeof settingsSchema>;

/** @throws INVALID_INPUT naming the file and the first thing wrong with it, never its contents */
export async function readSettings(file: string): Promise<FacilitySettings> {
  const read = settingsSchema.safeParse(JSON.parse(await readFile(file, 'utf8')));
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  throw new VentError('INVALID_INPUT', `cannot read ${file}: ${issue?.path.join('.')}: ${issue?.message}`, {
    hint: 'Its fields are listed in scripts/lab/facility/settings.ts.',
  });
}
