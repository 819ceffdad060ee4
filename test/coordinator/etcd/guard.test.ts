import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Intention, type Member, quorumOf, refuseIntention } from '../../../coordinator/etcd/guard.ts';

/** Members by letters: a capital answers, a small one does not, `L` and `l` are learners. */
function members(letters: string): readonly Member[] {
  return [...letters].map((letter, index) => ({
    id: String(index + 1),
    name: `m${index + 1}`,
    isLearner: letter.toUpperCase() === 'L',
    answers: letter === letter.toUpperCase(),
    lag: letter === letter.toUpperCase() ? 0 : undefined,
  }));
}

const ALLOWED: readonly (readonly [Intention['type'], string, string])[] = [
  ['add', '', 'M'],
  ['add', '', 'MMM'],
  ['promote', '2', 'ML'],
  ['restart', '1', 'M'],
  ['restart', '1', 'MMM'],
  ['restart', '1', 'mMM'],
  ['remove', '1', 'MMMM'],
  ['remove', '2', 'Ml'],
  ['pause', '1', 'M'],
  ['pause', '1', 'MMM'],
  ['remove-dead', '3', 'MMm'],
  ['remove-dead', '5', 'MMMmm'],
];

const REFUSED: readonly (readonly [Intention['type'], string, string, string])[] = [
  ['add', '', 'MMm', 'etcd-add'],
  ['add', '', 'ML', 'etcd-add'],
  ['promote', '2', 'Ml', 'etcd-lag'],
  ['promote', '4', 'MMmL', 'etcd-promote'],
  ['restart', '1', 'MM', 'etcd-two-members'],
  ['restart', '1', 'MMm', 'etcd-restart'],
  ['restart', '1', 'MMML', 'etcd-restart'],
  ['remove', '1', 'M', 'etcd-one-member'],
  ['remove', '1', 'MM', 'etcd-two-members'],
  ['remove', '1', 'MmM', 'etcd-remove'],
  ['pause', '1', 'MMm', 'etcd-pause'],
  ['remove-dead', '2', 'Mm', 'etcd-remove-dead'],
  ['remove-dead', '3', 'Mmm', 'etcd-remove-dead'],
];

describe('the guard of etcd', () => {
  for (const [type, member, letters] of ALLOWED)
    it(`lets a cluster of ${letters} ${type} ${member}`.trim(), () => {
      assert.equal(refuseIntention({ type, member }, { members: members(letters), alarms: [] }), undefined);
    });

  for (const [type, member, letters, rule] of REFUSED)
    it(`refuses a cluster of ${letters} to ${type} ${member} by ${rule}`, () => {
      const refusal = refuseIntention({ type, member }, { members: members(letters), alarms: [] });
      assert.match(refusal ?? '', new RegExp(`\\[${rule}\\]: .+`));
    });

  it('changes nothing while an alarm is open', () => {
    for (const intention of [
      { type: 'add' },
      { type: 'remove', member: '1' },
      { type: 'restart', member: '1' },
    ] as const)
      assert.match(
        refuseIntention(intention, { members: members('MMM'), alarms: ['NOSPACE'] }) ?? '',
        /etcd has NOSPACE/,
      );
  });

  it('counts a majority', () => {
    assert.deepEqual([1, 2, 3, 4, 5].map(quorumOf), [1, 2, 2, 3, 3]);
  });
});
