/** The rule of a snapshot's age as a test wants it, with what was asked of it. */
import type { SnapshotNeed, SnapshotRule } from '../../../coordinator/snapshots/rule.ts';

export interface FakeSnapshotRule extends SnapshotRule {
  /** What it complains about; undefined lets everything pass. */
  answer: string | undefined;
  readonly needs: SnapshotNeed[];
}

export function createFakeSnapshotRule(): FakeSnapshotRule {
  const rule: FakeSnapshotRule = {
    answer: undefined,
    needs: [],
    async complaint(need) {
      rule.needs.push(need);
      return rule.answer;
    },
  };
  return rule;
}
