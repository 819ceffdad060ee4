/** What the parts of the fake host share: one gate that every write passes, where faults are ordered and actions recorded. */
import type { VentError } from '../../../shared/errors.ts';

/** The agent was killed: from here on nothing reaches the host until `revive`, as no killed program would. */
export class Crash extends Error {
  override readonly name = 'Crash';
}

export interface Faults {
  /** The agent is killed once this many writes were done; reads fail from then on, too. */
  crashAfter(writes: number): void;
  /** True once the agent was killed, until `revive`. */
  hasCrashed(): boolean;
  /** The write with this number, counted from 1, fails; later ones work. */
  failAt(write: number, error: VentError): void;
  /** A new agent runs: no faults are ordered any more and writes are counted from 0. */
  revive(): void;
}

export interface World {
  /** Every write so far, in order: `write /etc/x`, `restart containerd.service`. */
  readonly actions: string[];
  readonly faults: Faults;
  /** Writes since the start or the last `revive`. */
  writes(): number;
  /** Called at the start of every read. */
  read(): void;
  /** Called right before every write takes effect. */
  write(action: string): void;
}

export function createWorld(): World {
  const actions: string[] = [];
  let count = 0;
  let crashAfter = Number.POSITIVE_INFINITY;
  let isDead = false;
  const failures = new Map<number, VentError>();

  function read(): void {
    if (isDead) throw new Crash('the agent was killed');
  }

  return {
    actions,
    writes: () => count,
    read,
    write(action) {
      isDead ||= count >= crashAfter;
      read();
      count += 1;
      const failure = failures.get(count);
      if (failure !== undefined) throw failure;
      actions.push(action);
    },
    faults: {
      crashAfter(writes) {
        crashAfter = writes;
      },
      hasCrashed: () => isDead,
      failAt: (write, error) => void failures.set(write, error),
      revive() {
        count = 0;
        crashAfter = Number.POSITIVE_INFINITY;
        isDead = false;
        failures.clear();
      },
    },
  };
}
