/**
 * A snapshot of the member on this machine: read from its JSON gateway and handed on as it comes, so that neither this
 * machine's memory nor its disk holds it.
 */
import * as z from 'zod';
import { VentError } from '../../shared/errors.ts';
import type { EtcdSnapshot } from '../../shared/operation.ts';
import { createSnapshotCheck, SNAPSHOT_PART, type SnapshotFile } from '../../shared/snapshot.ts';
import type { Connections } from '../host/host.ts';
import { BASE, IDENTITY, parse, readPosition, refusalOf } from './etcd.ts';

/**
 * Hands a snapshot on as it comes.
 * @param id of the operation @param size bytes that will come; parts that throw are never taken for the whole
 * @throws VentError when it could not be kept
 */
export type SendSnapshot = (id: string, size: number, parts: AsyncIterable<Uint8Array>) => Promise<void>;

const PATH = '/maintenance/snapshot';
/** In which something must come from etcd, or be taken in by the coordinator. */
const IDLE_MILLISECONDS = 60_000;
/** Of one line: etcd sends 32 KiB in each, as base64. */
const LINE_BYTES = 1 << 20;
const DIGEST_BYTES = 32;
const NEWLINE = 10;

const lineSchema = z.union([
  z.object({ result: z.object({ remaining_bytes: z.coerce.number().default(0), blob: z.string().default('') }) }),
  z.object({ error: z.object({ message: z.string() }) }),
  z.object({ message: z.string() }),
]);

interface Blob {
  readonly bytes: Uint8Array;
  /** Bytes of the database that are still to come. */
  readonly remaining: number;
}

/** @throws VentError UNAVAILABLE, ETCD_REFUSED with what etcd said, SNAPSHOT_CORRUPT, and what `send` throws */
export async function takeSnapshot(id: string, connections: Connections, send: SendSnapshot): Promise<EtcdSnapshot> {
  const position = await readPosition(connections);
  const answer = await connections.stream(`${BASE}${PATH}`, '{}', { ...IDENTITY, milliseconds: IDLE_MILLISECONDS });
  if (answer === undefined)
    throw new VentError('UNAVAILABLE', `cannot ask etcd for ${PATH}: the member on this machine does not answer`);
  const blobs = readBlobs(answer.body);
  try {
    const first = await blobs.next();
    if (first.done === true) throw refusalOf(PATH, `it answers ${answer.status} and nothing more`);
    const whole = checkWhole(first.value.bytes, blobs);
    await send(id, first.value.bytes.length + first.value.remaining + DIGEST_BYTES, whole.parts);
    return { ...position, ...whole.file() };
  } finally {
    await blobs.return(undefined);
  }
}

/** Parts of an even size, whose end is reached only by a whole snapshot. */
function checkWhole(first: Uint8Array, rest: AsyncIterable<Blob>) {
  const check = createSnapshotCheck();
  let file: SnapshotFile | undefined;
  async function* gather(): AsyncGenerator<Uint8Array> {
    let [held, size] = [[first], first.length];
    for await (const { bytes } of rest) {
      if (size + bytes.length > SNAPSHOT_PART) {
        const part = Buffer.concat(held);
        check.update(part);
        yield part;
        [held, size] = [[], 0];
      }
      held.push(bytes);
      size += bytes.length;
    }
    const last = Buffer.concat(held);
    check.update(last);
    const checked = check.end();
    yield last;
    file = checked;
  }
  return {
    parts: gather(),
    file(): SnapshotFile {
      if (file !== undefined) return file;
      throw new VentError('UNAVAILABLE', 'cannot send the snapshot: it was not taken in to its end', {
        retry: 'backoff',
      });
    },
  };
}

async function* readBlobs(body: AsyncIterable<Uint8Array>): AsyncGenerator<Blob> {
  for await (const line of readLines(body)) {
    const answer = lineSchema.safeParse(parse(line));
    if (!answer.success) throw refusalOf(PATH, 'its answer has another form');
    if ('error' in answer.data) throw refusalOf(PATH, answer.data.error.message);
    if ('message' in answer.data) throw refusalOf(PATH, answer.data.message);
    const { remaining_bytes: remaining, blob } = answer.data.result;
    yield { bytes: Buffer.from(blob, 'base64'), remaining };
  }
}

async function* readLines(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let held: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    let begin = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, begin)) {
      yield Buffer.concat([...held, chunk.subarray(begin, end)]).toString('utf8');
      [held, size, begin] = [[], 0, end + 1];
    }
    held.push(chunk.subarray(begin));
    size += chunk.length - begin;
    if (size > LINE_BYTES) throw refusalOf(PATH, `a line of its answer is longer than ${LINE_BYTES} bytes`);
  }
  const last = Buffer.concat(held).toString('utf8');
  if (last.trim() !== '') yield last;
}
