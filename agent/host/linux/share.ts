/** Fewer child processes: what is asked for together is answered by one. */
import { setImmediate } from 'node:timers/promises';

/** Calls of one tick cost one child process, which starts after the last of them: nobody is told of an earlier time. */
export function share<T>(read: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | undefined;
  return () => {
    next ??= setImmediate().then(() => {
      next = undefined;
      return read();
    });
    return next;
  };
}
