import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import { keepDrains } from '../../../coordinator/drain/drains.ts';
import { setCordon } from '../../../coordinator/drain/node.ts';
import { type DrainRow, drainRow } from '../../../coordinator/drain/rows.ts';
import { createCollection } from '../../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../../coordinator/store/memory.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';

import { createDrainCluster } from './cluster.ts';

const ID = randomUUID();
const SECOND = 1000;

async function createBench() {
  const clock = createFakeClock();
  const cluster = await createDrainCluster(clock);
  const rows = createCollection(createMemoryStore(), '/drains/', drainRow);
  const at = (milliseconds: number): string => new Date(clock.now() + milliseconds).toISOString();
  const row: DrainRow = {
    nodeId: ID,
    name: 'w1',
    revision: 2,
    who: 'all',
    reason: 'kubelet goes from 1.36.3 to 1.37.2',
    force: false,
    since: at(0),
    deadline: at(60 * SECOND),
    hasCordoned: false,
    phase: 'leaving',
    message: '',
  };
  const options = { rows, client: () => cluster.client, clock, random: () => 0.5, log: silentLog };
  let ending = new AbortController();
  const start = (): void => void keepDrains({ ...options, onChange: () => undefined }, ending.signal);
  start();
  return {
    ...cluster,
    clock,
    rows,
    row,
    phase: async () => (await rows.get(ID))?.value.phase,
    async order(change: Partial<DrainRow> = {}) {
      await rows.put(ID, { ...row, ...change });
      await clock.advance(0);
    },
    /** As a kill -9 would, and a new start. */
    async restart() {
      ending.abort();
      ending = new AbortController();
      start();
      await clock.advance(0);
    },
  };
}

describe('drains', () => {
  it('cordon the Node, empty it, and let pods come again when they are told to', async () => {
    const bench = await createBench();
    await bench.addPod('web');
    await bench.order();
    await bench.clock.advance(3 * SECOND);
    assert.equal(await bench.phase(), 'left');
    assert.deepEqual([await bench.isCordoned(), await bench.pods()], [true, []]);
    await bench.rows.update(ID, (row) => row && { ...row, phase: 'returning' });
    await bench.clock.advance(SECOND);
    assert.deepEqual([await bench.isCordoned(), await bench.phase()], [false, undefined]);
  });

  it("leave a Node cordoned that somebody else's hand had cordoned", async () => {
    const bench = await createBench();
    await setCordon(bench.client, 'w1', true);
    await bench.order();
    await bench.clock.advance(3 * SECOND);
    await bench.rows.update(ID, (row) => row && { ...row, phase: 'returning' });
    await bench.clock.advance(SECOND);
    assert.deepEqual([await bench.isCordoned(), await bench.phase()], [true, undefined]);
  });

  it('tell who is kept, and go on when the budget allows it', async () => {
    const bench = await createBench();
    await bench.addPod('web');
    bench.keep('web', 5);
    await bench.order();
    assert.equal((await bench.rows.get(ID))?.value.message, 'default/web is kept by a disruption budget');
    await bench.clock.advance(30 * SECOND);
    assert.equal(await bench.phase(), 'left');
  });

  it('are stuck at the deadline, and the pods that stayed run on', async () => {
    const bench = await createBench();
    await bench.addPod('web');
    bench.keep('web', 1000);
    await bench.order();
    await bench.clock.advance(61 * SECOND);
    assert.equal(await bench.phase(), 'stuck');
    assert.match((await bench.rows.get(ID))?.value.message ?? '', /default\/web is kept by a disruption budget/);
    assert.deepEqual(await bench.pods(), ['web']);
  });

  it('go on where they were when the coordinator was killed, at either end', async () => {
    const bench = await createBench();
    await bench.addPod('web');
    bench.keep('web', 3);
    await bench.order();
    await bench.restart();
    await bench.clock.advance(20 * SECOND);
    assert.deepEqual([await bench.phase(), (await bench.rows.get(ID))?.value.hasCordoned], ['left', true]);
    bench.server.fail({ method: 'PATCH', status: 0, times: 1 });
    await bench.rows.update(ID, (row) => row && { ...row, phase: 'returning' });
    await bench.restart();
    await bench.clock.advance(3 * SECOND);
    assert.deepEqual([await bench.isCordoned(), await bench.phase()], [false, undefined]);
  });
});
