import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFastClock, createSkewedClock } from '../../../scripts/sim/clock.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';

/** @param load asked again and again @returns the clock, and how far it went in that many seconds of the wall */
function openClock(load: () => number) {
  const wall = createFakeClock();
  const clock = createFastClock({ speed: 20, start: 0, wall, readLoad: load });
  return {
    wall,
    clock,
    async pass(seconds: number): Promise<number> {
      const before = clock.now();
      for (let step = 0; step < seconds * 10; step += 1) await wall.advance(100);
      return (clock.now() - before) / 1000;
    },
  };
}

describe('the clock of a simulation', () => {
  it('runs as fast as was ordered while the computer keeps up', async () => {
    const { clock, pass } = openClock(() => 0.5);
    assert.equal(Math.round(await pass(1)), 20);
    clock.stop();
  });

  it('goes slower the busier the process is, but never slower than the wall', async () => {
    let load = 0.85;
    const { clock, pass } = openClock(() => load);
    await pass(0.2);
    assert.equal(Math.round(await pass(1)), 10);
    load = 1;
    await pass(0.2);
    assert.equal(Math.round(await pass(1)), 1);
    load = 0;
    await pass(0.2);
    assert.equal(Math.round(await pass(1)), 20);
    clock.stop();
  });

  it('ends waits when they are due, and at once when they are aborted', async () => {
    const { clock, wall } = openClock(() => 0);
    let isOver = false;
    void clock.wait(10_000).then(() => {
      isOver = true;
    });
    await wall.advance(400);
    assert.equal(isOver, false);
    await wall.advance(200);
    assert.equal(isOver, true);
    const ending = new AbortController();
    const waiting = clock.wait(10_000, ending.signal);
    ending.abort(new Error('enough'));
    await assert.rejects(waiting, /enough/);
    clock.stop();
  });

  it('is wrong by as much as it is told on a machine whose clock is', () => {
    const { clock } = openClock(() => 0);
    assert.equal(createSkewedClock(clock, () => 5000).now() - clock.now(), 5000);
    clock.stop();
  });
});
