/** The conditions that a machine can judge of itself, as a pure function; reasons are listed in docs/reference/conditions.md. */
import type { Condition, DriftEntry, NodeReport, ResourceReport } from '../shared/report.ts';
import type { UnhealthyUnit } from './events.ts';

export interface ConditionView {
  readonly isConverged: boolean;
  readonly resources: readonly ResourceReport[];
  /** Why certificates that are due were not renewed. */
  readonly deferred: readonly string[];
  /** What had to be changed back after the generation was converged. */
  readonly repairs: readonly string[];
  /** What was changed by others and is left so. */
  readonly left: readonly DriftEntry[];
  /** Undefined before the first look. */
  readonly unhealthy: readonly UnhealthyUnit[] | undefined;
  /** Packages that want a reboot; undefined when none is wanted. */
  readonly rebootPackages: readonly string[] | undefined;
  /** Why the whole pass failed. */
  readonly failure: string | undefined;
  /** It does what it should, and is not confirmed over its changed network yet. */
  readonly isConfirmationAwaited: boolean;
  /** The newest document, when it was taken back. */
  readonly quarantine: NodeReport['quarantine'];
  /** Why the newest document was refused; the one before is kept. */
  readonly refusal: string | undefined;
}

export type Judgement = Pick<Condition, 'type' | 'status' | 'reason' | 'message'>;

/** Sentences shown in one condition. */
const SHOWN = 3;

export function judgeConditions(view: ConditionView): readonly Judgement[] {
  return [judgeConverged(view), judgeUnits(view), judgeCertificates(view), judgeDrift(view), judgeReboot(view)];
}

function join(sentences: readonly string[]): string {
  const more = sentences.length - SHOWN;
  return sentences.slice(0, SHOWN).join('; ') + (more > 0 ? `; and ${more} more` : '');
}

function judgeConverged(view: ConditionView): Judgement {
  const { isConverged, resources, failure, refusal, quarantine } = view;
  const type = 'Converged';
  if (refusal !== undefined) return { type, status: 'False', reason: 'DocumentRefused', message: refusal };
  if (quarantine !== undefined) {
    const message = `generation ${quarantine.generation} was taken back: ${quarantine.reason}`;
    return { type, status: 'False', reason: 'GenerationTakenBack', message };
  }
  if (view.isConfirmationAwaited)
    return { type, status: 'False', reason: 'ConfirmationAwaited', message: 'waits for the coordinator to confirm it' };
  if (isConverged) return { type, status: 'True', reason: 'Converged', message: '' };
  if (failure !== undefined) return { type, status: 'False', reason: 'PassFailed', message: failure };
  const failed = resources.filter(({ state }) => state === 'failed');
  if (failed.length > 0)
    return { type, status: 'False', reason: 'ResourceFailed', message: join(failed.map(({ message }) => message)) };
  const open = resources.filter(({ state }) => state === 'applying' || state === 'waiting');
  return { type, status: 'False', reason: 'Converging', message: join(open.map(({ message }) => message)) };
}

function judgeUnits({ unhealthy }: ConditionView): Judgement {
  const type = 'UnitsHealthy';
  if (unhealthy === undefined) return { type, status: 'Unknown', reason: 'NotObserved', message: '' };
  if (unhealthy.length === 0) return { type, status: 'True', reason: 'AllActive', message: '' };
  const message = join(unhealthy.map(({ name, active, sub }) => `${name} is ${active} (${sub})`));
  const isStarting = unhealthy.every(({ active }) => active === 'activating');
  return { type, status: 'False', reason: isStarting ? 'UnitsStarting' : 'UnitsFailed', message };
}

function judgeCertificates({ resources, deferred }: ConditionView): Judgement {
  const type = 'CertificatesFresh';
  const missing = resources.filter(({ id, state }) => id.startsWith('certificate:') && state === 'failed');
  if (missing.length > 0) {
    const message = join(missing.map((resource) => resource.message));
    return { type, status: 'False', reason: 'CertificateMissing', message };
  }
  if (deferred.length > 0) return { type, status: 'False', reason: 'RenewalOverdue', message: join(deferred) };
  return { type, status: 'True', reason: 'Fresh', message: '' };
}

function judgeDrift({ repairs, left }: ConditionView): Judgement {
  const type = 'Drift';
  const sentencesOf = (policy: DriftEntry['policy']): readonly string[] =>
    left.filter((entry) => entry.policy === policy).map(({ id, what }) => `${id}: ${what}`);
  const [reported, adopted] = [sentencesOf('report'), sentencesOf('adopt')];
  if (repairs.length > 0) return { type, status: 'True', reason: 'DriftRepaired', message: join(repairs) };
  if (reported.length > 0) return { type, status: 'True', reason: 'DriftReported', message: join(reported) };
  if (adopted.length > 0) return { type, status: 'False', reason: 'DriftAdopted', message: join(adopted) };
  return { type, status: 'False', reason: 'NoDrift', message: '' };
}

function judgeReboot({ rebootPackages }: ConditionView): Judgement {
  const type = 'RebootRequired';
  if (rebootPackages === undefined) return { type, status: 'False', reason: 'NoRebootRequired', message: '' };
  const message = rebootPackages.length === 0 ? 'reboot required' : `reboot required by ${join(rebootPackages)}`;
  return { type, status: 'True', reason: 'SystemUpdated', message };
}
