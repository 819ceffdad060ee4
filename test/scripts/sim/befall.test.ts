import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { befall } from '../../../scripts/sim/befall.ts';
import type { SimCluster } from '../../../scripts/sim/cluster.ts';
import type { Fault } from '../../../scripts/sim/schedule.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';

const fault = (at: number, lasts: number): Fault => ({ name: 'coordinator', at, lasts, machine: undefined, amount: 0 });

describe('faults that befall a simulation', () => {
  it('end the coordinator again only when it is back', async () => {
    const clock = createFakeClock();
    let away = 0;
    const ends: number[] = [];
    const restart = async (milliseconds: number): Promise<void> => {
      away += 1;
      assert.equal(away, 1, 'one at a time');
      await clock.wait(milliseconds);
      away -= 1;
      ends.push(clock.now());
    };
    const began = clock.now();
    const cluster = { machines: [], restart } as unknown as SimCluster;
    const befalling = befall([fault(1, 30), fault(5, 30)], cluster, clock, () => undefined);
    for (let second = 0; second < 90; second += 1) await clock.advance(1000);
    await befalling;
    assert.deepEqual(
      ends.map((at) => (at - began) / 1000),
      [31, 61],
    );
  });
});
