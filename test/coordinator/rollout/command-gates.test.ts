import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type Gate,
  judgeCommands,
  listWaiting,
  type Outcome,
  takeOutcome,
} from '../../../coordinator/rollout/command-gates.ts';
import { createGateKeeper } from '../../../coordinator/rollout/gates.ts';
import { withGate } from '../../../coordinator/rollout/moves.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';

const SHOP: Gate = { name: 'shop', http: { url: 'https://shop.example.org/healthz', status: 200 }, timeout: '60s' };
const SMOKE: Gate = { name: 'smoke', command: ['./smoke.sh'], timeout: '60s' };
const LOAD: Gate = { name: 'load', command: ['./load.sh', '--brief'], timeout: '5m' };
const UNASKED = 'waits for an operator to run its command: vent rollout run-gates -f cluster.yaml';

const outcome = (passed: boolean, since: number): Outcome => ({
  passed,
  message: passed ? 'exit 0' : 'exit 1: no cart',
  by: 'ada',
  since,
});
const outcomes = fc.array(fc.tuple(fc.boolean(), fc.nat()).map(([passed, since]) => outcome(passed, since)));
const fold = (all: readonly Outcome[]): Outcome | undefined =>
  all.reduce<Outcome | undefined>((before, next) => takeOutcome(before, next), undefined);

describe('how commands of gates ended', () => {
  it('lets a step pass once each has passed once, whatever else was told', () => {
    fc.assert(
      fc.property(outcomes, outcomes, (first, second) => {
        const known = new Map<string, Outcome>();
        for (const [gate, all] of [
          [SMOKE, first],
          [LOAD, second],
        ] as const) {
          const last = fold(all);
          if (last !== undefined) known.set(gate.name, last);
        }
        const hasPassed = [first, second].every((all) => all.some(({ passed }) => passed));
        assert.equal(judgeCommands([SHOP, SMOKE, LOAD], known) === undefined, hasPassed);
        assert.equal(listWaiting('1 a', [SHOP, SMOKE, LOAD], known).length === 0, hasPassed);
      }),
    );
  });

  it('is waited for from the first failure on, and without end while nobody runs them', () => {
    const failing = fold([outcome(false, 5), outcome(false, 9)]);
    assert.ok(failing);
    assert.deepEqual(judgeCommands([SMOKE, LOAD], new Map([['load', failing]])), {
      complaint: 'gate load: exit 1: no cart, run by ada',
      since: 5,
    });
    assert.deepEqual(judgeCommands([SMOKE, LOAD], new Map()), {
      complaint: `gate smoke, load ${UNASKED}`,
      since: undefined,
    });
  });

  it('never fails a roll-out that nobody ran them for', () => {
    const moves = { move: ['w1'], settle: [], failure: undefined, isDone: false, message: '', lookAt: undefined };
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (deadline, now) => {
        const held = withGate(moves, { complaint: 'x', since: undefined }, { deadline }, now);
        assert.deepEqual([held.move, held.failure, held.lookAt], [[], undefined, undefined]);
      }),
    );
  });
});

describe('a gate with a command', () => {
  function createBench() {
    const clock = createFakeClock();
    let changes = 0;
    const fetch = (async () => new Response(null, { status: 200 })) as typeof globalThis.fetch;
    const onChange = (): void => {
      changes += 1;
    };
    const keeper = createGateKeeper({ fetch, clock, onChange });
    return { clock, keeper, changes: () => changes };
  }
  const PASSED = { passed: true, message: 'exit 0', by: 'ada' };

  it('waits for an operator, who is told which command, and opens when it passed', async () => {
    const { keeper, changes } = createBench();
    assert.equal(keeper.verdict('5 rest a', [SMOKE])?.complaint, `gate smoke ${UNASKED}`);
    assert.deepEqual(keeper.waiting(5), [{ name: 'smoke', step: '5 rest a', command: ['./smoke.sh'] }]);
    assert.deepEqual(keeper.waiting(6), [], 'of another revision');
    keeper.report({ name: 'smoke', step: '5 rest a' }, PASSED);
    assert.equal(keeper.verdict('5 rest a', [SMOKE]), undefined);
    assert.deepEqual([keeper.waiting(5), changes()], [[], 1]);
  });

  it('waits for addresses first, and for both', async () => {
    const { clock, keeper } = createBench();
    assert.equal(keeper.verdict('5 rest a', [SHOP, SMOKE])?.complaint, 'asks shop');
    await clock.advance(0);
    assert.match(keeper.verdict('5 rest a', [SHOP, SMOKE])?.complaint ?? '', /^gate smoke waits/);
    keeper.report({ name: 'smoke', step: '5 rest a' }, PASSED);
    assert.equal(keeper.verdict('5 rest a', [SHOP, SMOKE]), undefined);
  });

  it('takes what was told of it for this step, and for no other', () => {
    const { keeper } = createBench();
    keeper.verdict('5 rest a', [SHOP, SMOKE]);
    for (const gate of [
      { name: 'smoke', step: '5 rest' },
      { name: 'shop', step: '5 rest a' },
      { name: 'other', step: '5 rest a' },
    ])
      assert.throws(() => keeper.report(gate, PASSED), { code: 'CONFLICT' });
    keeper.report({ name: 'smoke', step: '5 rest a' }, PASSED);
    assert.notEqual(keeper.verdict('5 rest a b', [SMOKE]), undefined);
  });

  it('keeps no more than a sentence of it', () => {
    const { keeper } = createBench();
    keeper.verdict('5 rest a', [SMOKE]);
    keeper.report({ name: 'smoke', step: '5 rest a' }, { passed: false, message: 'x'.repeat(10_000), by: 'ada' });
    assert.ok((keeper.verdict('5 rest a', [SMOKE])?.complaint.length ?? 0) < 400);
  });
});
