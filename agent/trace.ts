/** The one place that turns events into prose. */
import type { Logger } from '../shared/log.ts';
import type { AgentEvent, Emit } from './events.ts';

/** Logs every event: what is done at info, what failed at warn with constant text, what merely passed at debug. */
export function createTrace(log: Logger): Emit {
  return (event) => {
    const fields = 'id' in event ? { resource: event.id, component: event.component } : {};
    if ('error' in event) {
      const { code, message, hint } = event.error;
      log.warn(FAILURES[event.type], { ...fields, code, cause: message, hint });
      return;
    }
    if (event.type === 'step-started' || event.type === 'removal-started' || INFORMATIVE.has(event.type))
      log.info(describeEvent(event), fields);
    else log.debug(describeEvent(event), fields);
  };
}

const INFORMATIVE: ReadonlySet<AgentEvent['type']> = new Set([
  'document-accepted',
  'generation-committed',
  'confirmation-awaited',
  'generation-taken-back',
]);

type FailureType = Extract<AgentEvent, { readonly error: unknown }>['type'];

const FAILURES: Readonly<Record<FailureType, string>> = {
  'document-refused': 'a document was refused',
  'pass-failed': 'the document could not be reconciled',
  'removal-failed': 'something that is no longer wanted could not be removed',
  'resource-failed': 'a resource failed',
  'step-deferred': 'a step failed that may wait',
};

/** One line for people, without a secret. */
export function describeEvent(event: AgentEvent): string {
  switch (event.type) {
    case 'document-accepted':
      return `accepted generation ${event.generation} with ${event.resources.length} resources`;
    case 'generation-committed':
      return `generation ${event.generation} is committed`;
    case 'confirmation-awaited':
      return `generation ${event.generation} waits for the coordinator to confirm it`;
    case 'generation-taken-back':
      return `generation ${event.generation} was taken back: ${event.reason}`;
    case 'pass-started':
      return `looking at every resource of generation ${event.generation}`;
    case 'pass-ended':
      return `generation ${event.generation}: ${event.result}`;
    case 'resource-waiting':
      return `${event.id} waits for ${event.on}`;
    case 'step-started':
    case 'removal-started':
      return event.sentence;
    case 'resource-converged':
      return `${event.id} is converged`;
    case 'drift-left':
      return `${event.id} was changed by others and is left so (${event.policy}): ${event.sentences.join('; ')}`;
    case 'resource-blocked':
      return `${event.id} is blocked by ${event.by}`;
    case 'removal-ended':
      return `${event.id} is gone`;
    case 'units-observed':
      return event.unhealthy.length === 0
        ? 'every unit is active'
        : `not active: ${event.unhealthy.map((unit) => `${unit.name} (${unit.active})`).join(', ')}`;
    case 'reboot-observed':
      return event.packages === undefined ? 'no reboot is required' : `reboot required: ${event.packages.join(', ')}`;
    case 'step-deferred':
    case 'resource-failed':
    case 'removal-failed':
    case 'pass-failed':
    case 'document-refused':
      return `${FAILURES[event.type]}: ${event.error.message}`;
  }
}
