/**
 * In which order the parts of machines take up another version of Kubernetes: all API servers, then controller managers
 * and schedulers, then kubelets and kube-proxies with everything else. Each part of a machine is rendered from a revision
 * of its own, so that what a document holds in the middle of an upgrade is a matter of choosing components. Pure.
 *
 * INVARIANT: a stage begins when the one before has nobody left to move (test/coordinator/rollout/stages.test.ts holds
 * every state on the way to Kubernetes' skew policy).
 */
import type { Rendering } from '../documents.ts';
import { type Moves, nextMoves, type Pace, type RolloutMachine } from './moves.ts';

/** In the order in which they go. */
export const PARTS = ['api', 'control', 'rest'] as const;
export type Part = (typeof PARTS)[number];

/** Number of the revision that each part of a machine is rendered from. */
export type Parts = Readonly<Record<Part, number>>;

const COMPONENTS: Readonly<Record<string, Part>> = {
  'kube-apiserver': 'api',
  'kube-controller-manager': 'control',
  'kube-scheduler': 'control',
};

export const STAGE_NAMES: Readonly<Record<Part, string>> = {
  api: 'API servers',
  control: 'controller managers and schedulers',
  rest: 'kubelets and the rest',
};

export function partOf(component: string): Part {
  return COMPONENTS[component] ?? 'rest';
}

/**
 * @param running versions of Kubernetes that parts of machines have
 * @returns `rest` alone, which moves everything together, where no version changes
 */
export function stagesOf(running: Iterable<string>, wanted: string): readonly Part[] {
  return [...running].some((version) => version !== wanted) ? PARTS : ['rest'];
}

export function wholeAt(revision: number): Parts {
  return { api: revision, control: revision, rest: revision };
}

/** What a machine has once it has taken a stage up: with the last one everything, also where stages were left out. */
export function advance(parts: Parts, stage: Part, revision: number): Parts {
  return stage === 'rest' ? wholeAt(revision) : { ...parts, [stage]: revision };
}

export function newestIn(parts: Parts): number {
  return Math.max(parts.api, parts.control, parts.rest);
}

export function areSame(one: Parts, other: Parts): boolean {
  return PARTS.every((part) => one[part] === other[part]);
}

/** @param render a machine as it would be as a whole, by revision; those of `parts` are there */
export function compose(parts: Parts, render: (revision: number) => Rendering): Rendering {
  const rest = render(parts.rest);
  const ahead = { api: render(parts.api), control: render(parts.control), rest };
  const missing = PARTS.map((part) => ahead[part]).find(({ components }) => components === undefined);
  if (missing !== undefined) return { ...missing, revision: newestIn(parts) };
  const revision = newestIn(parts);
  const isWhole = ahead.api === rest && ahead.control === rest;
  if (isWhole) return rest.revision === revision ? rest : { ...rest, revision };
  const components = rest.components?.map((component) => {
    const from = ahead[partOf(component.name)].components;
    return from?.find(({ name }) => name === component.name) ?? component;
  });
  return { ...rest, revision: newestIn(parts), components };
}

/** Whether a machine's document would be another one. */
export function differs(present: Rendering, newest: Rendering): boolean {
  if (present === newest) return false;
  return newest.components !== undefined && !areEqual(present.components, newest.components);
}

/** Most of what did not change is the same object, and compared at once. */
function areEqual(some: Rendering['components'], others: NonNullable<Rendering['components']>): boolean {
  if (some?.length !== others.length) return false;
  return some.every((one, index) => one === others[index] || JSON.stringify(one) === JSON.stringify(others[index]));
}

/** Whether a stage has something for a machine. @param newest as a whole */
export function changesPart(present: Rendering, newest: Rendering, part: Part): boolean {
  const pick = ({ components }: Rendering): string =>
    JSON.stringify(components?.filter(({ name }) => partOf(name) === part));
  return newest.components !== undefined && pick(present) !== pick(newest);
}

export interface StageDecision {
  readonly stage: Part;
  /** As that stage sees them. */
  readonly machines: readonly RolloutMachine[];
  readonly moves: Moves;
}

/**
 * The stage that a roll-out is in, and its next moves.
 * @param now milliseconds since the epoch
 */
export function chooseStage(
  stages: readonly Part[],
  machinesAt: (stage: Part) => readonly RolloutMachine[],
  pace: Pace,
  now: number,
): StageDecision {
  const looks = stages.map((stage): StageDecision => {
    const machines = machinesAt(stage);
    return { stage, machines, moves: nextMoves(machines, pace, now) };
  });
  const isMoving = ({ movedAt, isSettled }: RolloutMachine): boolean => movedAt !== undefined && !isSettled;
  const busy = looks.find(({ machines }) => machines.some(isMoving));
  const chosen = busy ?? looks.find(({ moves }) => !moves.isDone) ?? looks.at(-1);
  if (chosen === undefined) throw new RangeError('a roll-out has at least one stage');
  const { stage, moves } = chosen;
  if (stages.length === 1) return chosen;
  return { ...chosen, moves: { ...moves, isDone: moves.isDone && stage === stages.at(-1) } };
}

/** A message in the words of whoever looks on: with the stage, where there are several. */
export function tellStage(stages: readonly Part[], stage: Part, message: string): string {
  return stages.length === 1 || message === '' ? message : `${STAGE_NAMES[stage]}: ${message}`;
}
