import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createKubernetesClient } from '../../../coordinator/kubernetes/client.ts';
import { createFakeApiServer } from '../../../coordinator/kubernetes/fake/server.ts';
import { createWorkloads, WORK_NAMESPACE } from '../../../scripts/sim/workloads.ts';
import { createFakeClock } from '../../../shared/fake-clock.ts';
import { silentLog } from '../../../shared/fake-log.ts';

/** Two machines with a pod each, and the coordinator's client. */
async function openWork() {
  const clock = createFakeClock();
  const workloads = createWorkloads({ server: createFakeApiServer().transport, clock, runtimeClass: undefined });
  const { transport } = workloads;
  const client = createKubernetesClient({ transport, clock, random: () => 0, log: silentLog });
  await client.create(WORK_NAMESPACE);
  await workloads.look(['w1', 'w2']);
  workloads.beginChange();
  return { clock, workloads, client, evict: (name: string) => client.evict({ name, namespace: 'work' }) };
}

describe('the pods of users in a simulation', () => {
  it('leave when they are evicted, and are others when they are made anew', async () => {
    const { workloads, evict } = await openWork();
    assert.deepEqual(workloads.of('w1'), { isFirst: true, keptFor: undefined });
    await evict('w1');
    await workloads.look(['w1', 'w2']);
    assert.deepEqual(
      ['w1', 'w2'].map((name) => workloads.of(name).isFirst),
      [false, true],
    );
    await evict('w1');
  });

  it('are kept by their budget from the first eviction on, for as long as was ordered', async () => {
    const { clock, workloads, evict } = await openWork();
    await workloads.hold('w1', 30_000);
    await clock.advance(60_000);
    await workloads.look([]);
    await assert.rejects(evict('w1'), { code: 'BUSY' });
    await clock.advance(29_000);
    await workloads.look([]);
    await assert.rejects(evict('w1'), { code: 'BUSY' });
    assert.equal(workloads.of('w1').keptFor, 29);
    await clock.advance(1000);
    await workloads.look([]);
    await evict('w1');
    assert.deepEqual(workloads.of('w1'), { isFirst: false, keptFor: undefined });
  });

  it('are noticed when somebody deletes them past the budget', async () => {
    const { workloads, client, evict } = await openWork();
    await evict('w1');
    assert.deepEqual(workloads.deleted(), []);
    await client.remove({ apiVersion: 'v1', kind: 'Pod', name: 'w2', namespace: 'work' });
    assert.deepEqual(workloads.deleted(), ['w2']);
  });
});
