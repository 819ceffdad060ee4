/**
 * What the generation under way has changed so far, so that it can be compared with what was planned. It lies beside the
 * journal, since an agent that is gone back to must be able to read that.
 *
 * INVARIANTS
 * - A change is durable before it begins, so an agent that is killed forgets none; one that is tried again stands here once.
 * - It holds one generation: the next begins anew, whatever became of the one before.
 */
import * as z from 'zod';
import { CHANGE_FORM, type Done, type DoneChange } from '../../shared/report.ts';
import type { Files } from '../host/host.ts';
import { PRIVATE } from '../kinds/steps/files.ts';
import { DONE, RUNNING } from './places.ts';
import { decodeLines, encodeLine } from './records.ts';

export interface DoneLog {
  /** Forgets the generation before. */
  begin(generation: number): Promise<void>;
  /** Durable when it resolves. */
  note(change: DoneChange): Promise<void>;
  /** Undefined when nothing is known of that generation. */
  read(generation: number): Promise<Done | undefined>;
}

/** Changes that are told of one generation, and characters of a sentence. */
const MOST_CHANGES = 500;
const MOST_CHARACTERS = 300;

const change = z.strictObject({ id: z.string(), component: z.string(), change: z.string(), sentence: z.string() });
const line = z.union([z.strictObject({ generation: z.int().positive(), form: z.int() }), change]);
type Line = z.infer<typeof line>;

function cut(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS - 1)}…`;
}

export function createDoneLog(files: Files): DoneLog {
  let lines: readonly Line[] | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One after the other. */
  function queue<T>(work: () => Promise<T>): Promise<T> {
    const run = last.then(work);
    last = run.catch(() => undefined);
    return run;
  }

  async function load(): Promise<readonly Line[]> {
    const bytes = (await files.read(DONE)) ?? new Uint8Array();
    const { records, length } = decodeLines(bytes, line);
    // What a crash left half written must not stand before what comes next.
    if (length < bytes.length) await files.write(DONE, bytes.slice(0, length), PRIVATE);
    return records;
  }

  async function append(next: Line): Promise<void> {
    const before = lines ?? (await load());
    // Unknown until it is durable: a failed write may have left a part.
    lines = undefined;
    await files.append(DONE, encodeLine(next), PRIVATE);
    lines = [...before, next];
  }

  return {
    begin: (generation) =>
      queue(async () => {
        lines = undefined;
        const head = { generation, form: CHANGE_FORM };
        await files.write(DONE, encodeLine(head), PRIVATE);
        // Gone with the next boot.
        await files.makeDirectory('/run/vent', { mode: '0700', owner: 'root:root' });
        await files.write(RUNNING, new TextEncoder().encode(`${generation}\n`), PRIVATE);
        lines = [head];
      }),
    note: ({ id, component, change: what, sentence }) =>
      queue(async () => {
        lines ??= await load();
        const isKnown = lines.some((one) => 'change' in one && one.id === id && one.change === cut(what));
        if (isKnown || lines.length > MOST_CHANGES + 1) return;
        await append({ id, component, change: cut(what), sentence: cut(sentence) });
      }),
    read: (generation) =>
      queue(async () => {
        lines ??= await load();
        const [head] = lines;
        if (head === undefined || !('generation' in head) || head.generation !== generation) return undefined;
        const changes = lines.flatMap((one) => ('change' in one ? [one] : []));
        return {
          generation,
          form: head.form,
          changes: changes.slice(0, MOST_CHANGES),
          isCut: changes.length > MOST_CHANGES,
          hasRebooted: new TextDecoder().decode(await files.read(RUNNING)).trim() !== String(generation),
        };
      }),
  };
}
