import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { mostUnavailable, nextMoves, type Pace, type RolloutMachine } from '../../../coordinator/rollout/moves.ts';
import type { Role } from '../../../shared/spec/schema.ts';

const PACE: Pace = { maxUnavailable: 2, canary: 1, soak: 60_000, deadline: 600_000 };
const NOW = 10_000_000;

function machine(name: string, roles: readonly Role[], changes: Partial<RolloutMachine> = {}): RolloutMachine {
  return {
    id: name,
    name,
    roles,
    isPending: true,
    movedAt: undefined,
    isSettled: false,
    complaint: undefined,
    wellSince: 0,
    hasFailed: false,
    isHeld: false,
    isDraining: false,
    isConnected: true,
    ...changes,
  };
}

const worker = (name: string, changes: Partial<RolloutMachine> = {}): RolloutMachine =>
  machine(name, ['worker'], changes);
const control = (name: string, changes: Partial<RolloutMachine> = {}): RolloutMachine =>
  machine(name, ['etcd', 'control-plane'], changes);
const settled = { isPending: false, movedAt: 1000, isSettled: true };
const workers = ['w1', 'w2', 'w3', 'w4', 'w5'].map((name) => worker(name));

describe('a roll-out', () => {
  it('moves one control plane, then the next, then the canary, then as many as may be missing', () => {
    const [c1, c2] = [control('c1'), control('c2')];
    assert.deepEqual(nextMoves([...workers, c2, c1], PACE, NOW).move, ['c1']);
    assert.deepEqual(nextMoves([...workers, c2, { ...c1, ...settled }], PACE, NOW).move, ['c2']);
    const done = [c1, c2].map((one) => ({ ...one, ...settled }));
    assert.deepEqual(nextMoves([...workers, ...done], PACE, NOW).move, ['w1']);
    const rest = workers.map((one, index) => (index === 0 ? { ...one, ...settled } : one));
    assert.deepEqual(nextMoves([...rest, ...done], PACE, NOW).move, ['w2', 'w3']);
  });

  it('waits for the soak of whoever moved, and says until when', () => {
    const moved = { ...control('c1'), isPending: false, movedAt: NOW - 50_000, wellSince: NOW - 20_000 };
    const moves = nextMoves([moved, control('c2')], PACE, NOW);
    assert.deepEqual([moves.move, moves.settle, moves.lookAt], [[], [], NOW + 40_000]);
    assert.equal(moves.message, 'waits 60 s for c1 to stay well');
    const later = nextMoves([moved, control('c2')], PACE, NOW + 40_000);
    assert.deepEqual([later.settle, later.move], [['c1'], ['c2']]);
  });

  it('fails when whoever moved is not well by its deadline, and moves nobody', () => {
    const sick = { ...workers[0], movedAt: NOW - 600_000, isPending: false, complaint: 'kubelet.service is failed' };
    const moves = nextMoves([sick as RolloutMachine, ...workers.slice(1)], PACE, NOW);
    assert.deepEqual(moves.failure, { id: 'w1', reason: 'kubelet.service is failed' });
    assert.deepEqual([moves.move, moves.settle], [[], []]);
    assert.equal(moves.message, 'w1: kubelet.service is failed');
  });

  it('fails at once when whoever moved took the revision back by itself', () => {
    const back = worker('w1', {
      ...{ movedAt: NOW - 1000, isPending: false, hasFailed: true },
      complaint: 'took document 8 back: kubelet.service is failed',
    });
    const moves = nextMoves([back, ...workers.slice(1)], PACE, NOW);
    assert.equal(moves.failure?.id, 'w1');
    assert.deepEqual(moves.move, []);
  });

  it('counts workers that are missing for other reasons, and moves one that is unwell first', () => {
    const gone = worker('w9', { isConnected: false, complaint: 'no connection' });
    const rest = [{ ...worker('w0'), ...settled }, ...workers];
    assert.deepEqual(nextMoves([...rest, gone], PACE, NOW).move, ['w1']);
    const two = nextMoves([...rest, gone, { ...gone, id: 'w8', name: 'w8' }], PACE, NOW);
    assert.deepEqual(two.move, []);
    assert.match(two.message, /waits until no more than 1 workers are missing: w9, w8/);
    assert.deepEqual(nextMoves([...rest, worker('w7', { complaint: 'failed' })], PACE, NOW).move, ['w7', 'w1']);
  });

  it('passes over a machine on hold, and is not done before it was released', () => {
    const done = workers.map((one) => ({ ...one, ...settled }));
    const moves = nextMoves([...done, worker('w6', { isHeld: true })], PACE, NOW);
    assert.deepEqual([moves.move, moves.isDone, moves.message], [[], false, 'w6 is on hold']);
    assert.equal(nextMoves(done, PACE, NOW).isDone, true);
    assert.equal(nextMoves([worker('w1', { isPending: false })], PACE, NOW).isDone, true);
  });

  it('takes a share of the workers, rounded down, and at least one', () => {
    const share = (percent: number, count: number): number => mostUnavailable({ maxUnavailable: { percent } }, count);
    assert.deepEqual([share(10, 3), share(10, 25), share(50, 5), share(100, 4)], [1, 2, 2, 4]);
  });
});

interface Run {
  readonly pace: Pace;
  readonly controls: number;
  readonly workers: number;
  /** Milliseconds that a machine takes to be well with the new content. */
  readonly converge: number;
}

/** Plays a roll-out on a virtual clock over healthy machines. @returns who moved when, and when all was done */
function play({ pace, controls, workers: count, converge }: Run) {
  const states = new Map<string, RolloutMachine>(
    [
      ...Array.from({ length: controls }, (_, index) => control(`c${index}`)),
      ...Array.from({ length: count }, (_, index) => worker(`w${index}`)),
    ].map((one) => [one.id, one]),
  );
  const order: string[] = [];
  let now = 0;
  let most = 0;
  for (let turn = 0; turn < 10_000; turn += 1) {
    for (const one of states.values())
      if (one.movedAt !== undefined && one.complaint !== undefined && now >= one.movedAt + converge)
        states.set(one.id, { ...one, complaint: undefined, wellSince: now });
    const moves = nextMoves([...states.values()], pace, now);
    assert.equal(moves.failure, undefined);
    if (moves.isDone) return { order, most, end: now };
    for (const id of moves.settle) states.set(id, { ...(states.get(id) as RolloutMachine), isSettled: true });
    for (const id of moves.move) {
      const one = states.get(id) as RolloutMachine;
      assert.equal(one.movedAt, undefined, `${id} moves twice`);
      states.set(id, { ...one, isPending: false, movedAt: now, complaint: 'converging', wellSince: undefined });
      order.push(id);
    }
    most = Math.max(
      most,
      [...states.values()].filter((one) => one.roles.includes('worker') && one.complaint !== undefined).length,
    );
    const ends = [...states.values()].flatMap((one) =>
      one.complaint === undefined ? [] : [(one.movedAt ?? 0) + converge],
    );
    const next = [...ends, ...(moves.lookAt === undefined ? [] : [moves.lookAt])].filter((at) => at > now);
    now = next.length === 0 ? now : Math.min(...next);
  }
  return assert.fail('the roll-out never ends');
}

describe('a roll-out over healthy machines', () => {
  const run = fc.record({
    controls: fc.constantFrom(1, 3, 5),
    workers: fc.nat(60),
    converge: fc.integer({ min: 1, max: 300_000 }),
    pace: fc.record({
      maxUnavailable: fc.oneof(
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 100 }).map((percent) => ({ percent })),
      ),
      canary: fc.nat(3),
      soak: fc.integer({ min: 0, max: 120_000 }),
      deadline: fc.constant(600_000),
    }),
  });

  it('ends, moves everybody once and in order, and never more at once than may be missing (property)', () => {
    fc.assert(
      fc.property(run, (wish) => {
        const { order, most } = play(wish);
        assert.equal(new Set(order).size, wish.controls + wish.workers);
        const firstWorker = order.findIndex((id) => id.startsWith('w'));
        assert.ok(firstWorker < 0 || order.slice(firstWorker).every((id) => id.startsWith('w')));
        assert.ok(most <= mostUnavailable(wish.pace, wish.workers));
      }),
      { numRuns: 50 },
    );
  });

  it('takes no longer than its waves: 1.1 of ceil(1/f) times what a machine takes, with thousands of them', () => {
    for (const percent of [2, 10, 25]) {
      const pace: Pace = { maxUnavailable: { percent }, canary: 1, soak: 60_000, deadline: 600_000 };
      const { end } = play({ pace, controls: 0, workers: 2000, converge: 20_000 });
      // The canary is a wave of its own, and the last may be a part of one.
      const waves = Math.ceil(100 / percent) + 1;
      assert.ok(end <= 1.1 * waves * 80_000, `${percent} %: ${end} ms in ${waves} waves`);
    }
  });
});
