/**
 * Folds events into what the coordinator is told, and says it a moment after something changed.
 *
 * INVARIANTS
 * - Two reports in a row differ.
 * - A condition's lastTransitionTime moves only when its status does.
 */
import type { Clock } from '../shared/clock.ts';
import type {
  Condition,
  ConditionType,
  DriftEntry,
  NodeReport,
  ResourceReport,
  ResourceState,
} from '../shared/report.ts';
import { type ConditionView, judgeConditions } from './conditions.ts';
import { type DriftFold, foldDrift } from './drift/entries.ts';
import type { AgentEvent, Emit, UnhealthyUnit } from './events.ts';

export interface ReporterOptions {
  readonly clock: Clock;
  readonly publish: (report: NodeReport) => void;
  /** What the agent that ran before told of foreign changes. */
  readonly drift?: readonly DriftEntry[];
  readonly signal: AbortSignal;
}

/** Milliseconds in which changes are gathered into one report. */
const GATHER = 250;

/** @returns what to give every event to; `publish` is called when the report changed */
export function createReporter({ clock, publish, drift = [], signal }: ReporterOptions): Emit {
  const state = createReportState(drift);
  let published = '';
  let isGathering = false;

  async function gather(): Promise<void> {
    isGathering = true;
    await clock.wait(GATHER, signal).catch(() => undefined);
    isGathering = false;
    const report = createReport(state);
    const text = JSON.stringify(report);
    if (text === published || signal.aborted) return;
    published = text;
    publish(report);
  }

  return (event) => {
    fold(state, event, new Date(clock.now()).toISOString());
    if (!isGathering && !signal.aborted) void gather();
  };
}

interface ReportState {
  generation: number;
  digest: string;
  isConverged: boolean;
  /** True once this generation was converged; what needs a step after that is drift. */
  hasConverged: boolean;
  readonly resources: Map<string, ResourceReport>;
  /** Steps that were put off, by resource. */
  readonly deferred: Map<string, string>;
  /** Repairs of this pass, and of the one before while this one runs. */
  repairs: readonly string[];
  earlierRepairs: readonly string[];
  unhealthy: readonly UnhealthyUnit[] | undefined;
  rebootPackages: readonly string[] | undefined;
  failure: string | undefined;
  committedGeneration: number;
  quarantine: NodeReport['quarantine'];
  isConfirmationAwaited: boolean;
  /** Why the newest document that came was not taken. */
  refusal: string | undefined;
  readonly conditions: Map<ConditionType, Condition>;
  drift: DriftFold;
  done: NodeReport['done'];
}

function createReportState(drift: readonly DriftEntry[]): ReportState {
  return {
    generation: 0,
    digest: '',
    isConverged: false,
    hasConverged: false,
    resources: new Map(),
    deferred: new Map(),
    repairs: [],
    earlierRepairs: [],
    unhealthy: undefined,
    rebootPackages: undefined,
    failure: undefined,
    committedGeneration: 0,
    quarantine: undefined,
    isConfirmationAwaited: false,
    refusal: undefined,
    conditions: new Map(),
    drift: { entries: drift, left: new Map() },
    done: undefined,
  };
}

function createReport(state: ReportState): NodeReport {
  const resources = [...state.resources.values()];
  return {
    generation: state.generation,
    documentDigest: state.digest,
    converged: state.isConverged,
    committedGeneration: state.committedGeneration,
    quarantine: state.quarantine,
    resources: resources.filter((resource) => resource.state !== 'converged'),
    convergedCount: resources.filter((resource) => resource.state === 'converged').length,
    conditions: [...state.conditions.values()],
    drift: state.drift.entries,
    done: state.done,
  };
}

function fold(state: ReportState, event: AgentEvent, now: string): void {
  state.drift = foldDrift(state.drift, event, state.hasConverged, now);
  if (event.type === 'document-accepted') adoptDocument(state, event, now);
  else if (event.type === 'document-refused') state.refusal = event.error.message;
  else if ('id' in event) foldResource(state, event, now);
  else if (event.type === 'pass-started') {
    state.failure = undefined;
    state.earlierRepairs = state.repairs;
    state.repairs = [];
  } else if (event.type === 'pass-ended') {
    state.earlierRepairs = [];
    state.isConverged = event.result === 'converged';
    state.hasConverged ||= state.isConverged;
  } else if (event.type === 'generation-committed') {
    state.committedGeneration = event.generation;
    state.done = event.done;
    state.isConfirmationAwaited = false;
  } else if (event.type === 'generation-taken-back')
    state.quarantine = { generation: event.generation, reason: event.reason };
  else if (event.type === 'confirmation-awaited') state.isConfirmationAwaited = true;
  else if (event.type === 'units-observed') state.unhealthy = event.unhealthy;
  else if (event.type === 'reboot-observed') state.rebootPackages = event.packages;
  else state.failure = event.error.message;
  for (const judged of judgeConditions(viewConditions(state))) setCondition(state, judged, now);
}

function adoptDocument(
  state: ReportState,
  event: Extract<AgentEvent, { type: 'document-accepted' }>,
  now: string,
): void {
  state.generation = event.generation;
  state.digest = event.digest;
  state.isConverged = false;
  state.hasConverged = false;
  state.refusal = undefined;
  state.isConfirmationAwaited = false;
  if (state.quarantine !== undefined && event.generation > state.quarantine.generation) state.quarantine = undefined;
  state.repairs = [];
  state.resources.clear();
  state.deferred.clear();
  for (const { id, component } of event.resources)
    state.resources.set(id, { id, component, state: 'planned', message: '', since: now });
}

type ResourceEvent = Extract<AgentEvent, { readonly id: string }>;

function foldResource(state: ReportState, event: ResourceEvent, now: string): void {
  if (event.type === 'step-deferred') state.deferred.set(event.id, event.error.message);
  if (event.type === 'step-started' || (event.type === 'resource-converged' && event.steps === 0))
    state.deferred.delete(event.id);
  if (event.type === 'step-started' && state.hasConverged && !event.isWait)
    state.repairs = [...state.repairs, event.sentence];
  if (event.type === 'removal-ended') state.resources.delete(event.id);
  const next = judgeResource(event);
  // A converged resource is looked at again only once what it comes after was looked at: that is no news.
  const isNews = event.type !== 'resource-waiting' || state.resources.get(event.id)?.state !== 'converged';
  if (next !== undefined && isNews) setResource(state, event, next[0], next[1], now);
}

/** What an event says of its resource: state and message, or undefined when nothing. */
function judgeResource(event: ResourceEvent): readonly [ResourceState, string] | undefined {
  switch (event.type) {
    case 'resource-waiting':
      return ['waiting', `waits for ${event.on}`];
    case 'step-started':
      return [event.isWait ? 'waiting' : 'applying', event.sentence];
    case 'removal-started':
      return ['applying', event.sentence];
    case 'resource-converged':
      return ['converged', ''];
    case 'resource-blocked':
      return ['blocked', `blocked by ${event.by}`];
    case 'resource-failed':
    case 'removal-failed':
      return ['failed', event.error.message];
    case 'step-deferred':
    case 'drift-left':
    case 'removal-ended':
      return undefined;
  }
}

function setResource(
  state: ReportState,
  { id, component }: { readonly id: string; readonly component: string },
  next: ResourceState,
  message: string,
  now: string,
): void {
  const before = state.resources.get(id);
  if (next !== 'converged') state.isConverged = false;
  const since = before?.state === next ? before.since : now;
  state.resources.set(id, { id, component, state: next, message, since });
}

function viewConditions(state: ReportState): ConditionView {
  return {
    isConverged: state.isConverged,
    resources: [...state.resources.values()],
    deferred: [...state.deferred.values()],
    repairs: [...state.earlierRepairs, ...state.repairs],
    left: [...state.drift.left.values()],
    unhealthy: state.unhealthy,
    rebootPackages: state.rebootPackages,
    failure: state.failure,
    isConfirmationAwaited: state.isConfirmationAwaited,
    quarantine: state.quarantine,
    refusal: state.refusal,
  };
}

function setCondition(
  state: ReportState,
  judged: Pick<Condition, 'type' | 'status' | 'reason' | 'message'>,
  now: string,
): void {
  const before = state.conditions.get(judged.type);
  const lastTransitionTime = before?.status === judged.status ? before.lastTransitionTime : now;
  state.conditions.set(judged.type, { ...judged, observedGeneration: state.generation, lastTransitionTime });
}
