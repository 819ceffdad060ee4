import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createDriftTimeline } from '../../coordinator/drift.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import type { DriftEntry } from '../../shared/report.ts';

const [ONE, TWO] = ['6b0f6f0e-8d0f-4a53-9f0e-0d6f6f6f6f6f', '7b0f6f0e-8d0f-4a53-9f0e-0d6f6f6f6f6f'];

function entry(second: number, what = 'write /etc/x'): DriftEntry {
  const at = new Date(Date.UTC(2030, 0, 1) + second * 1000).toISOString();
  return { at, id: 'file:/etc/x', component: 'a', policy: 'repair', what };
}

describe('the timeline of drift', () => {
  it('holds an entry once, however often it is reported and coordinators restart', async () => {
    const store = createMemoryStore();
    const timeline = createDriftTimeline(store);
    await Promise.all([timeline.record(ONE, [entry(1)]), timeline.record(ONE, [entry(1), entry(2)])]);
    await createDriftTimeline(store).record(ONE, [entry(1), entry(2), entry(3)]);
    assert.deepEqual(
      (await timeline.list()).map((row) => row.at),
      [entry(1).at, entry(2).at, entry(3).at],
    );
  });

  it('keeps the newest of each machine, and lets none push out what is another’s', async () => {
    const timeline = createDriftTimeline(createMemoryStore());
    await timeline.record(TWO, [entry(0)]);
    for (let second = 1; second <= 210; second += 1) await timeline.record(ONE, [entry(second)]);
    const rows = await timeline.list();
    assert.equal(rows.filter((row) => row.nodeId === ONE).length, 200);
    assert.equal(rows.find((row) => row.nodeId === ONE)?.at, entry(11).at);
    assert.equal(rows.filter((row) => row.nodeId === TWO).length, 1);
    assert.equal((await timeline.keysOf(TWO)).length, 1);
  });
});
