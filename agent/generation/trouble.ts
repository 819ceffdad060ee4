/** What keeps a change from being finished, in one sentence, read off its events. */
import type { AgentEvent } from '../events.ts';

export interface Trouble {
  observe(event: AgentEvent): void;
  note(sentence: string): void;
  /** Every unit was active when the last pass ended. */
  areUnitsHealthy(): boolean;
  /** A resource is as wanted, as of the last look in this change. */
  hasConverged(id: string): boolean;
  /** Everything that was to be changed is as wanted. */
  isChangeDone(): boolean;
  reason(): string;
  /** The unit that the reason is about; undefined when it is about something else. */
  sickUnit(): string | undefined;
}

/** @param changed ids of the resources that the change is about */
export function createTrouble(changed: readonly string[]): Trouble {
  const open = new Set(changed);
  const converged = new Set<string>();
  let failure = '';
  let sickUnit: string | undefined;
  let waiting = '';
  let areHealthy = true;
  const fail = (sentence: string, unit?: string): void => {
    failure = sentence;
    sickUnit = unit;
  };
  return {
    observe(event) {
      if (event.type === 'resource-converged' || event.type === 'removal-ended') open.delete(event.id);
      if (event.type === 'resource-converged') converged.add(event.id);
      if (event.type === 'resource-failed' || event.type === 'removal-failed') {
        converged.delete(event.id);
        open.add(event.id);
        fail(event.error.message);
      }
      if (event.type === 'units-observed') {
        const [sick] = event.unhealthy;
        areHealthy = sick === undefined;
        if (sick !== undefined) fail(`${sick.name} is ${sick.active}`, sick.name);
      }
      if (event.type === 'pass-failed') fail(event.error.message);
      if (event.type === 'step-started' && event.isWait) waiting = event.sentence;
    },
    note: (sentence) => fail(sentence),
    areUnitsHealthy: () => areHealthy,
    hasConverged: (id) => converged.has(id),
    isChangeDone: () => open.size === 0,
    reason: () => failure || waiting || 'it did not become healthy in time',
    sickUnit: () => sickUnit,
  };
}
