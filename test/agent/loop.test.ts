import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { AgentEvent } from '../../agent/events.ts';
import { createLoop, type Loop } from '../../agent/loop.ts';
import type { PassResult } from '../../agent/reconcile/reconcile.ts';
import { createFakeClock, type FakeClock } from '../../shared/fake-clock.ts';
import { makeDocument } from './machine.ts';

interface Bench {
  readonly loop: Loop;
  readonly clock: FakeClock;
  readonly events: AgentEvent[];
  /** Generations in the order their passes began. */
  readonly passes: number[];
  /** Passes under way. */
  running: number;
  /** How the next passes end; the last one stays. */
  results: (PassResult | Error | 'waits')[];
}

/** Full pauses, so that times are exact: jitter is a matter of `random`. */
function createBench(random = 1 - 2 ** -40): Bench {
  const clock = createFakeClock();
  const events: AgentEvent[] = [];
  const loop = createLoop({
    clock,
    random: () => random,
    emit: (event) => events.push(event),
    async reconcile({ document }, signal) {
      bench.running += 1;
      assert.equal(bench.running, 1, 'one pass at a time');
      bench.passes.push(document.generation);
      const result = bench.results.length > 1 ? bench.results.shift() : bench.results[0];
      if (result === 'waits') await clock.wait(1e12, signal).catch(() => undefined);
      else await setImmediate();
      bench.running -= 1;
      if (result instanceof Error) throw result;
      return signal.aborted || result === 'waits' || result === undefined ? 'cancelled' : result;
    },
  });
  const bench: Bench = { loop, clock, events, passes: [], running: 0, results: ['converged'] };
  void loop.run();
  return bench;
}

const SIGNED = { payload: new Uint8Array(), signature: new Uint8Array(), keyId: '' };
const accept = (generation: number) => ({
  document: makeDocument({}, generation),
  digest: `d${generation}`,
  signed: SIGNED,
});

describe('the loop', () => {
  it('does nothing before the first document and reconciles at once with it', async () => {
    const { loop, clock, passes } = createBench();
    await clock.advance(3_600_000);
    assert.deepEqual(passes, []);
    loop.offer(accept(1));
    await clock.advance(0);
    assert.deepEqual(passes, [1]);
    await loop.stop();
  });

  it('looks for drift about every minute', async () => {
    const { loop, clock, passes } = createBench();
    loop.offer(accept(1));
    await clock.advance(65_000);
    assert.equal(passes.length, 1);
    await clock.advance(2_000);
    assert.equal(passes.length, 2);
    await clock.advance(660_000);
    assert.equal(passes.length, 12);
    await loop.stop();
  });

  it('tries again after growing pauses, at most a minute long, and calms down once it works', async () => {
    const { loop, clock, passes, ...bench } = createBench();
    bench.results.splice(0, 1, 'incomplete');
    loop.offer(accept(1));
    const pauses: number[] = [];
    for (let known = 0, since = clock.now(); pauses.length < 14; ) {
      await clock.advance(100);
      if (passes.length === known) continue;
      known = passes.length;
      pauses.push(clock.now() - since);
      since = clock.now();
    }
    assert.deepEqual(
      pauses.slice(1),
      pauses.slice(1).toSorted((left, right) => left - right),
    );
    assert.ok(pauses.slice(2).every((pause) => pause <= 60_100));
    assert.ok((pauses.at(-1) ?? 0) > 59_000);
    await loop.stop();
  });

  it('ends the waits of an older document when a newer one comes', async () => {
    const { loop, clock, passes, ...bench } = createBench();
    bench.results.splice(0, 1, 'waits', 'converged');
    loop.offer(accept(1));
    await clock.advance(1000);
    assert.deepEqual(passes, [1]);
    loop.offer(accept(2));
    await clock.advance(0);
    await clock.advance(0);
    assert.deepEqual(passes, [1, 2]);
    await loop.stop();
  });

  it('takes the same or an older document for no news', async () => {
    const { loop, clock, passes, events, ...bench } = createBench();
    bench.results.splice(0, 1, 'waits');
    loop.offer(accept(2));
    await clock.advance(1000);
    for (const generation of [2, 1]) loop.offer(accept(generation));
    await clock.advance(1000);
    assert.deepEqual(passes, [2]);
    assert.deepEqual(
      events.map((event) => event.type),
      ['document-accepted'],
    );
    await loop.stop();
  });

  it('survives a pass that throws, says so and tries again', async () => {
    const { loop, clock, passes, events, ...bench } = createBench();
    bench.results.splice(0, 1, new Error('a defect'), 'converged');
    loop.offer(accept(1));
    await clock.advance(1100);
    assert.deepEqual(passes, [1, 1]);
    const failure = events.find((event) => event.type === 'pass-failed');
    assert.equal(failure?.error.code, 'BUG');
    await loop.stop();
  });

  it('goes on at once when it is nudged', async () => {
    const { loop, clock, passes } = createBench();
    loop.offer(accept(1));
    await clock.advance(10);
    loop.nudge();
    await clock.advance(0);
    await clock.advance(0);
    assert.deepEqual(passes, [1, 1]);
    await loop.stop();
  });

  it('is still after stop, even in the middle of a wait', async () => {
    const { loop, clock, passes, ...bench } = createBench();
    bench.results.splice(0, 1, 'waits');
    loop.offer(accept(1));
    await clock.advance(0);
    await loop.stop();
    assert.equal(clock.waiting(), 0);
    await clock.advance(600_000);
    assert.deepEqual(passes, [1]);
  });
});
