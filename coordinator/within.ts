/** An answer that is not waited for longer than so. */
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';

/** @throws VentError DEADLINE, and whatever the work throws; work that is late goes on unheard */
export async function within<T>(clock: Clock, milliseconds: number, work: Promise<T>): Promise<T> {
  const ended = new AbortController();
  const late = clock.wait(milliseconds, ended.signal).then(() => {
    throw new VentError('DEADLINE', `it has not answered within ${milliseconds / 1000} s`);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    ended.abort();
  }
}
