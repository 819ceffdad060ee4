/**
 * Whole simulations: the real coordinator, real gRPC, agents on machines in memory. They need no lab, but the computer for
 * themselves, since their time runs with it. `npm run test:long` runs more and larger ones.
 */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { runSimulation } from '../../scripts/sim/run.ts';
import { FAULTS, type FaultName } from '../../scripts/sim/schedule.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { loadSpec } from '../../shared/spec/load.ts';
import { starterSpec } from '../../shared/spec/starter.ts';

const isLong = process.env.VENT_LONG !== undefined;
const SEEDS = isLong ? Array.from({ length: 25 }, (_, index) => index + 1) : [1, 2];
const NODES = isLong ? 60 : 12;
const MINUTE = 60_000;

function specWith(rollout: string, controlPlanes: number): string {
  return starterSpec()
    .replace(/^ {2}pools:\n/m, `  rollout: ${rollout}\n  pools:\n`)
    .replace('count: 1 #', `count: ${controlPlanes} #`);
}

const run = (content: string, nodes: number, faults: readonly FaultName[], seed: number) =>
  runSimulation({
    ...{ file: loadSpec(content, 'cluster.yaml'), content, nodes, faults, seed },
    count: Math.ceil(nodes / 2),
    speed: 10,
    host: `127.99.${seed}.1`,
    log: silentLog,
    say: () => undefined,
  });

describe('a simulation', () => {
  it('rolls a change out in the waves that real machines had', { timeout: 5 * MINUTE }, async () => {
    // test/lab/rollout.test.ts: one control plane, six workers, the same pace.
    const pace = '{ maxUnavailable: 2, canary: 1, soak: 3s, deadline: 120s, confirm: 90s }';
    const { broken, waves } = await run(specWith(pace, 1), 7, [], 1);
    assert.deepEqual(broken, []);
    assert.deepEqual(waves, ['control-1', 'workers-1', 'workers-2 workers-3', 'workers-4 workers-5', 'workers-6']);
  });

  for (const seed of SEEDS)
    it(`holds every invariant with faults of all kinds, seed ${seed}`, { timeout: 10 * MINUTE }, async () => {
      const pace = '{ maxUnavailable: 25%, canary: 1, soak: 10s, deadline: 5m, confirm: 90s }';
      const { broken, attempts } = await run(specWith(pace, 3), NODES, FAULTS, seed);
      assert.deepEqual(broken, [], `seed ${seed}`);
      assert.ok(attempts >= 1);
    });
});
