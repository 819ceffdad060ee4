/** Takes named programs out of a gzipped tarball. Only regular files whose whole name is on the list are ever written. */
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { VentError } from '../../shared/errors.ts';
import { guardSpace } from './durable-file.ts';

const LARGEST_BYTES = 2 ** 30;

/**
 * @param members path in the tarball (without a leading `./`) to the file it is written to
 * @throws ARTIFACT_CORRUPT when the tarball is damaged, lacks one of them or holds one twice; DISK_FULL
 */
export async function extractMembers(tarball: string, members: ReadonlyMap<string, string>): Promise<void> {
  const missing = new Set(members.keys());
  try {
    const entries = extract();
    const source = createReadStream(tarball);
    const gunzip = createGunzip();
    for (const stream of [source, gunzip]) stream.on('error', (error: Error) => entries.destroy(error));
    // The library's streams behave as Node's do, but its types are its own.
    source.pipe(gunzip).pipe(entries as unknown as NodeJS.WritableStream);
    for await (const entry of entries) {
      const name = entry.header.name.replace(/^\.\//, '');
      const target = members.get(name);
      if (target === undefined || entry.header.type !== 'file') {
        entry.resume();
        continue;
      }
      if (!missing.delete(name)) throw new Error(`${name} stands in it twice`);
      await writeEntry(entry, target);
    }
  } catch (cause) {
    if (cause instanceof VentError) throw cause;
    throw corrupt(tarball, cause instanceof Error ? cause.message : String(cause), cause);
  }
  if (missing.size > 0) throw corrupt(tarball, `it lacks ${[...missing].join(', ')}`);
}

async function writeEntry(entry: AsyncIterable<unknown>, target: string): Promise<void> {
  await guardSpace(target, async () => {
    const handle = await open(target, 'wx', 0o755);
    let size = 0;
    try {
      for await (const chunk of entry) {
        if (!(chunk instanceof Uint8Array)) continue;
        size += chunk.length;
        if (size > LARGEST_BYTES) throw new Error(`a program in it is larger than ${LARGEST_BYTES} bytes`);
        await handle.writeFile(chunk);
      }
    } finally {
      await handle.close();
    }
  });
}

function corrupt(tarball: string, reason: string, cause?: unknown): VentError {
  return new VentError('ARTIFACT_CORRUPT', `cannot read ${tarball}: ${reason}`, { cause });
}
