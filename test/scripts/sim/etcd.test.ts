import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createSimEtcd } from '../../../scripts/sim/etcd.ts';

const STATUS = 'https://127.0.0.1:2379/v3/maintenance/status';
const MOVE = 'https://127.0.0.1:2379/v3/maintenance/transfer-leadership';

function createThree() {
  const etcd = createSimEtcd();
  const down = new Set<number>();
  const gateways = [1, 2, 3].map((n) => etcd.add(`m${n}`, `10.0.0.${n}`, () => !down.has(n)));
  const leaderAt = (n: number): string | undefined => {
    const answer = gateways[n - 1]?.(STATUS, '{}');
    return answer === undefined ? undefined : JSON.parse(answer.body).leader;
  };
  const moveLead = (n: number, to: number) => gateways[n - 1]?.(MOVE, JSON.stringify({ targetID: String(to) }));
  return { down, leaderAt, moveLead };
}

describe('the etcd of a simulation', () => {
  it('has one leader for all members, which can be moved', () => {
    const { leaderAt, moveLead } = createThree();
    assert.deepEqual([leaderAt(1), leaderAt(3)], ['1', '1']);
    moveLead(1, 2);
    assert.deepEqual([leaderAt(1), leaderAt(3)], ['2', '2']);
  });

  it('answers while most of its members run, led by one of them', () => {
    const { down, leaderAt } = createThree();
    assert.equal(leaderAt(2), '1');
    down.add(1);
    assert.deepEqual([leaderAt(1), leaderAt(2)], [undefined, '2']);
    down.add(2);
    assert.equal(leaderAt(3), undefined);
  });
});
