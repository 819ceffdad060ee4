/**
 * Whole simulations: the real coordinator, real gRPC, agents on machines in memory. They need no lab, but the computer for
 * themselves, since their time runs with it. `npm run test:long` runs more and larger ones: forty faults for each of a
 * hundred seeds, and two hundred machines.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runSimulation, type SimOrder, type Verdict } from '../../scripts/sim/run.ts';
import { FAULTS, type Fault, scheduleFaults } from '../../scripts/sim/schedule.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { loadSpec } from '../../shared/spec/load.ts';
import { starterSpec } from '../../shared/spec/starter.ts';

const isLong = process.env.VENT_LONG !== undefined;
const SIZES = isLong
  ? [
      { nodes: 12, faults: 40, seeds: 100, minutes: 15 },
      { nodes: 200, faults: 100, seeds: 5, minutes: 60 },
    ]
  : [{ nodes: 8, faults: 8, seeds: 2, minutes: 10 }];
const MINUTE = 60_000;
const PACE = '{ maxUnavailable: 25%, canary: 1, soak: 10s, deadline: 5m, confirm: 90s, drain: { deadline: 60s } }';

function specWith(rollout: string, controlPlanes: number): string {
  return starterSpec()
    .replace(/^ {2}pools:\n/m, `  rollout: ${rollout}\n  pools:\n`)
    .replace('count: 1 #', `count: ${controlPlanes} #`);
}

function run(
  content: string,
  order: Pick<SimOrder, 'nodes' | 'faults' | 'count'> & Partial<SimOrder>,
): Promise<Verdict> {
  const { seed = 1 } = order;
  return runSimulation({
    ...{ file: loadSpec(content, 'cluster.yaml'), content, seed, speed: 10 },
    host: `127.99.${seed >> 8}.${seed & 255 || 1}`,
    log: silentLog,
    say: () => undefined,
    signal: new AbortController().signal,
    ...order,
  });
}

const ONE_SLOW_DRAIN = { nodes: 4, faults: ['slow-drain'], count: 1 } as const;

/** @returns the first seed that orders such a slow drain for `ONE_SLOW_DRAIN` */
function findSeed(fits: (fault: Fault) => boolean): number {
  const workers = ['workers-1', 'workers-2', 'workers-3'];
  const order = { names: ['slow-drain'], machines: workers, workers, span: 68, count: 1, drainSeconds: 60 } as const;
  for (let seed = 1; seed < 1000; seed += 1) if (scheduleFaults({ ...order, seed }).every(fits)) return seed;
  assert.fail('no seed orders that');
}

describe('a simulation', () => {
  it('rolls a change out in the waves that real machines had', { timeout: 5 * MINUTE }, async () => {
    // test/lab/rollout.test.ts: one control plane, six workers, the same pace.
    const pace = '{ maxUnavailable: 2, canary: 1, soak: 3s, deadline: 120s, confirm: 90s }';
    const { broken, waves } = await run(specWith(pace, 1), { nodes: 7, faults: [], count: 0 });
    assert.deepEqual(broken, []);
    assert.deepEqual(waves, ['control-1', 'workers-1', 'workers-2 workers-3', 'workers-4 workers-5', 'workers-6']);
  });

  for (const [how, fits] of [
    ['waits for a pod that a budget keeps within the deadline', (lasts: number) => lasts > 30 && lasts < 50],
    [
      'fails for a pod that a budget keeps beyond the deadline, and is done when it lets go',
      (lasts: number) => lasts > 70,
    ],
  ] as const)
    it(how, { timeout: 5 * MINUTE }, async () => {
      const seed = findSeed(({ at, lasts }) => at < 5 && fits(lasts));
      const { broken, attempts } = await run(specWith(PACE, 1), { ...ONE_SLOW_DRAIN, seed });
      assert.deepEqual(broken, []);
      assert.equal(attempts > 1, fits(80));
    });

  for (const { nodes, faults: count, seeds, minutes } of SIZES)
    for (const seed of Array.from({ length: seeds }, (_, index) => index + 1))
      it(`holds every invariant with ${nodes} machines and ${count} faults of all kinds, seed ${seed}`, {
        timeout: minutes * MINUTE,
      }, async () => {
        const { broken, attempts } = await run(specWith(PACE, 3), { nodes, faults: FAULTS, count, seed });
        assert.deepEqual(broken, [], `seed ${seed}`);
        assert.ok(attempts >= 1);
      });
});
