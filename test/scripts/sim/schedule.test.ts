import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { describeFault, FAULTS, scheduleFaults } from '../../../scripts/sim/schedule.ts';

const MACHINES = ['control-1', 'workers-1', 'workers-2'];
const order = {
  names: [...FAULTS],
  machines: MACHINES,
  workers: MACHINES.slice(1),
  span: 100,
  count: 12,
  drainSeconds: 40,
};

describe('the faults of a simulation', () => {
  it('follow from the seed, and from nothing else (property)', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) =>
        assert.deepEqual(scheduleFaults({ ...order, seed }), scheduleFaults({ ...order, seed })),
      ),
    );
  });

  it('come in order, within the span, and befall machines that there are (property)', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const faults = scheduleFaults({ ...order, seed });
        assert.equal(faults.length, order.count);
        assert.deepEqual(
          faults.map(({ at }) => at),
          faults.map(({ at }) => at).toSorted((a, b) => a - b),
        );
        for (const { name, at, machine } of faults) {
          assert.ok(at >= 0 && at <= order.span);
          assert.equal(machine === undefined, name === 'coordinator' || name === 'address');
          if (machine !== undefined) assert.ok(MACHINES.includes(machine));
          if (name === 'power' || name === 'slow-drain') assert.notEqual(machine, 'control-1');
        }
      }),
    );
  });

  it('leave out what befalls workers where there are none', () => {
    const names = scheduleFaults({ ...order, workers: [], seed: 5, count: 100 }).map(({ name }) => name);
    assert.deepEqual(
      [names.includes('power'), names.includes('slow-drain'), names.includes('crash')],
      [false, false, true],
    );
  });

  it('keep some pods within the deadline of drains, and some beyond it', () => {
    const slow = scheduleFaults({ ...order, names: ['slow-drain'], seed: 1, count: 100 }).map(({ lasts }) => lasts);
    assert.ok(slow.some((lasts) => lasts > order.drainSeconds) && slow.some((lasts) => lasts < order.drainSeconds));
  });

  it('are none where none were ordered', () => {
    assert.deepEqual(scheduleFaults({ ...order, names: [], seed: 1 }), []);
  });

  it('are told in one line each', () => {
    for (const fault of scheduleFaults({ ...order, seed: 3, count: 50 }))
      assert.match(describeFault(fault), /^[^\n]+: [^\n]+$/);
  });
});
