/**
 * Gates of the operator's own, asked between the steps of a roll-out. Asking takes its time, so it goes on beside the
 * roll-out, which is told when an answer has come.
 *
 * INVARIANT: an answer counts for the step it was asked for, and for no other.
 */
import type { Clock } from '../../shared/clock.ts';
import type { ClusterFile } from '../../shared/spec/schema.ts';

export type Gate = ClusterFile['spec']['rollout']['gates'][number];

export interface GateKeeper {
  /**
   * @param step names what has been done so far
   * @returns undefined once all gates have let this step pass; else what is waited for, and since when it is (milliseconds since the epoch)
   */
  verdict(step: string, gates: readonly Gate[]): { readonly complaint: string; readonly since: number } | undefined;
  end(): void;
}

export interface GateKeeperOptions {
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  /** Called after every answer that changes the verdict. */
  onChange(): void;
}

const AGAIN_MILLISECONDS = 5000;
const ANSWER_MILLISECONDS = 10_000;

interface Asking {
  readonly step: string;
  readonly since: number;
  readonly ending: AbortController;
  /** Undefined once every gate was open. */
  complaint: string | undefined;
}

export function createGateKeeper({ fetch, clock, onChange }: GateKeeperOptions): GateKeeper {
  let asking: Asking | undefined;

  /** @returns what the gate is waited for, or undefined when it is open */
  async function look({ name, http: { url, status } }: Gate): Promise<string | undefined> {
    try {
      const answer = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MILLISECONDS), redirect: 'manual' });
      await answer.body?.cancel();
      return answer.status === status ? undefined : `gate ${name}: ${url} answers ${answer.status}, not ${status}`;
    } catch {
      return `gate ${name}: ${url} does not answer`;
    }
  }

  async function askOn(one: Asking, gates: readonly Gate[]): Promise<void> {
    while (!one.ending.signal.aborted) {
      const complaints = await Promise.all(gates.map(look));
      const complaint = complaints.find((text) => text !== undefined);
      const isNews = complaint !== one.complaint;
      one.complaint = complaint;
      if (one.ending.signal.aborted) return;
      if (isNews) onChange();
      if (complaint === undefined) return;
      await clock.wait(AGAIN_MILLISECONDS, one.ending.signal).catch(() => undefined);
    }
  }

  return {
    verdict(step, gates) {
      if (gates.length === 0) return undefined;
      if (asking?.step !== step) {
        asking?.ending.abort();
        const names = gates.map((gate) => gate.name).join(', ');
        asking = { step, since: clock.now(), ending: new AbortController(), complaint: `asks ${names}` };
        void askOn(asking, gates);
      }
      const { complaint, since } = asking;
      return complaint === undefined ? undefined : { complaint, since };
    },
    end: () => asking?.ending.abort(),
  };
}
