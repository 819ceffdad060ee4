/**
 * Whether a machine did what it said it would do. Both sides are sets of changes, named by resource and words that do not
 * say why; what counts how much was decided by the machine, with the code that does it. Pure.
 *
 * INVARIANTS (test/coordinator/plan/compare.test.ts)
 * - What was done as planned, in whatever order and however often, is no difference.
 * - What was done and not planned is one, except where a resource could not be planned.
 * - What was planned and not done is one, except where something else than the change may have done it: a boot, the repair
 *   of a machine that was not as wished when it was asked, or of a resource that has drifted.
 */
import type { Done } from '../../shared/report.ts';
import type { MachinePlanView, PlanResultView } from '../../shared/wire.ts';

export interface ForeseenChange {
  /** `kind:name` */
  readonly id: string;
  readonly component: string;
  readonly change: string;
  /** Not to do it is a difference, too. */
  readonly isRequired: boolean;
}

/** What a machine said it would do. */
export interface Foreseen {
  /** Of the words; only those of one form can be compared. 0 from an agent that says none. */
  readonly form: number;
  /** It was as its document says when it was asked. */
  readonly wasWell: boolean;
  readonly changes: readonly ForeseenChange[];
  /** Ids of resources that could not be planned. */
  readonly unknown: readonly string[];
}

/** Sentences that are told of one machine. */
const MOST_SENTENCES = 20;

export function foreseenOf(
  { form, resources }: Pick<PlanResultView | MachinePlanView, 'form' | 'resources'>,
  wasWell: boolean,
): Foreseen {
  return {
    form,
    wasWell,
    changes: resources.flatMap(({ id, component, changes }) =>
      changes.map(({ change, is_required: isRequired }) => ({ id, component, change, isRequired })),
    ),
    unknown: resources.filter(({ error }) => error !== '').map(({ id }) => id),
  };
}

const keyOf = ({ id, change }: { readonly id: string; readonly change: string }): string => `${id}\n${change}`;

/**
 * @param drifted ids of resources that others changed lately
 * @returns one sentence for each difference; undefined where the two cannot be compared
 */
export function compareDone(
  foreseen: Foreseen,
  done: Done,
  drifted: ReadonlySet<string>,
): readonly string[] | undefined {
  if (foreseen.form === 0 || foreseen.form !== done.form) return undefined;
  const planned = new Set(foreseen.changes.map(keyOf));
  const doneKeys = new Set(done.changes.map(keyOf));
  const extra = done.changes.filter((one) => !planned.has(keyOf(one)) && !foreseen.unknown.includes(one.id));
  const isKnown = foreseen.wasWell && !done.isCut && !done.hasRebooted;
  const missing = foreseen.changes.filter(
    (one) => isKnown && one.isRequired && !doneKeys.has(keyOf(one)) && !drifted.has(one.id),
  );
  return limit([
    ...extra.map(({ id, sentence }) => `done, not planned: ${id}: ${sentence}`),
    ...missing.map(({ id, change }) => `planned, not done: ${id}: ${change}`),
  ]);
}

/**
 * Whether a machine would do now what it said when the plan was made that an operator read.
 * @param isMeant whether a component is taken up now
 * @returns one sentence for each difference; undefined where the two cannot be compared
 */
export function comparePlans(
  read: Foreseen,
  now: Foreseen,
  isMeant: (component: string) => boolean,
): readonly string[] | undefined {
  if (read.form === 0 || read.form !== now.form) return undefined;
  const unknown = new Set([...read.unknown, ...now.unknown]);
  const lacks = (side: Foreseen, one: ForeseenChange): boolean =>
    one.isRequired &&
    isMeant(one.component) &&
    !unknown.has(one.id) &&
    !side.changes.some((other) => keyOf(other) === keyOf(one));
  return limit([
    ...now.changes.filter((one) => lacks(read, one)).map(({ id, change }) => `not in the plan: ${id}: ${change}`),
    ...read.changes.filter((one) => lacks(now, one)).map(({ id, change }) => `no longer to be done: ${id}: ${change}`),
  ]);
}

function limit(sentences: readonly string[]): readonly string[] {
  const rest = sentences.length - MOST_SENTENCES;
  return rest <= 0 ? sentences : [...sentences.slice(0, MOST_SENTENCES), `and ${rest} more`];
}
