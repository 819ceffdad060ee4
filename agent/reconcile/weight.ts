/** How much a step counts when what was done is compared with what was planned. Pure. */
import type { Kind, Step, Weight } from '../kind.ts';

/**
 * Downloads, what lies outside generations, and what goes only after the commit are no part of what a generation decides.
 * @param isRemoval it takes its resource away
 */
export function weightOf(
  { isOutsideGenerations, isRemovedAfterCommit }: Pick<Kind, 'isOutsideGenerations' | 'isRemovedAfterCommit'>,
  { isPreparation, weight = 'must' }: Pick<Step, 'isPreparation' | 'weight'>,
  isRemoval: boolean,
): Weight {
  const isLater = isRemoval && isRemovedAfterCommit === true;
  return isPreparation === true || isOutsideGenerations === true || isLater ? 'free' : weight;
}
