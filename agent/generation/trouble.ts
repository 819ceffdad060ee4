/** What keeps a change from being finished, in one sentence, read off its events. */
import type { AgentEvent } from '../events.ts';

export interface Trouble {
  observe(event: AgentEvent): void;
  note(sentence: string): void;
  /** Every unit was active when the last pass ended. */
  areUnitsHealthy(): boolean;
  /** Everything that was to be changed is as wanted. */
  isChangeDone(): boolean;
  reason(): string;
}

/** @param changed ids of the resources that the change is about */
export function createTrouble(changed: readonly string[]): Trouble {
  const open = new Set(changed);
  let failure = '';
  let waiting = '';
  let areHealthy = true;
  return {
    observe(event) {
      if (event.type === 'resource-converged' || event.type === 'removal-ended') open.delete(event.id);
      if (event.type === 'resource-failed' || event.type === 'removal-failed') {
        open.add(event.id);
        failure = event.error.message;
      }
      if (event.type === 'units-observed') {
        const [sick] = event.unhealthy;
        areHealthy = sick === undefined;
        if (sick !== undefined) failure = `${sick.name} is ${sick.active}`;
      }
      if (event.type === 'pass-failed') failure = event.error.message;
      if (event.type === 'step-started' && event.isWait) waiting = event.sentence;
    },
    note(sentence) {
      failure = sentence;
    },
    areUnitsHealthy: () => areHealthy,
    isChangeDone: () => open.size === 0,
    reason: () => failure || waiting || 'it did not become healthy in time',
  };
}
