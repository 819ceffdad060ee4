import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLookout } from '../../coordinator/lookout.ts';
import { createNodes } from '../../coordinator/nodes/row.ts';
import type { Device, Provider } from '../../coordinator/providers/provider.ts';
import { intentRow } from '../../coordinator/rows.ts';
import { createCollection } from '../../coordinator/store/collection.ts';
import { createMemoryStore } from '../../coordinator/store/memory.ts';
import { createChanges } from '../../shared/changes.ts';
import { VentError } from '../../shared/errors.ts';
import { createFakeClock } from '../../shared/fake-clock.ts';
import { silentLog } from '../../shared/fake-log.ts';
import { makeNode } from './departures-bench.ts';

/** Two members, of which the first is away, and a provider that has their devices. */
async function createBench() {
  const store = createMemoryStore();
  const [clock, changes] = [createFakeClock(), createChanges()];
  const nodes = createNodes(store);
  const [first, second] = [makeNode('w1'), makeNode('w2')];
  for (const row of [first, second]) await store.transact(nodes.adding(row));
  const world = { away: new Set([first.id]), devices: new Set(['device-w1', 'device-w2']), asked: 0, isUp: true };
  const ask = <T>(answer: T): T => {
    world.asked += 1;
    if (!world.isUp) throw new VentError('PROVIDER_FAILED', 'cannot list devices: 503');
    return answer;
  };
  const deviceOf = (id: string) => ({ id }) as Device;
  const provider = {
    list: async () => ask([...world.devices].map(deviceOf)),
    device: async (id: string) => ask(world.devices.has(id) ? deviceOf(id) : undefined),
  };
  const lookout = createLookout({
    ...{ nodes, intents: createCollection(store, '/intents/', intentRow), changes, clock, log: silentLog },
    provider: async () => provider as unknown as Provider,
    isConnected: (id) => !world.away.has(id),
    bindFound: async () => undefined,
  });
  const ending = new AbortController();
  const following = lookout.follow(ending.signal);

  /** Lets so many times ten seconds pass. */
  async function pass(times: number): Promise<void> {
    for (let time = 0; time < times; time += 1) {
      for (let tick = 0; tick < 20; tick += 1) await new Promise((resolve) => setImmediate(resolve));
      await clock.advance(10_000);
    }
    for (let tick = 0; tick < 20; tick += 1) await new Promise((resolve) => setImmediate(resolve));
  }
  async function end(): Promise<void> {
    ending.abort();
    await following;
  }
  return { world, pass, end, isGone: () => lookout.isGone(first.id), changes };
}

describe('a member that nothing is heard of', () => {
  it('is gone when the provider does not know its device, and is not while it does', async () => {
    const { world, pass, end, isGone } = await createBench();
    await pass(6);
    assert.equal(isGone(), false);
    world.devices.delete('device-w1');
    await pass(2);
    assert.equal(isGone(), true);
    await end();
  });

  it('is not asked for at once, since agents come back', async () => {
    const { world, pass, end } = await createBench();
    await pass(2);
    assert.equal(world.asked, 0);
    await end();
  });

  it('is not gone when the provider cannot be asked', async () => {
    const { world, pass, end, isGone } = await createBench();
    world.isUp = false;
    world.devices.delete('device-w1');
    await pass(6);
    assert.ok(world.asked > 0);
    assert.equal(isGone(), false);
    await end();
  });

  it('is there again when it is heard of, and nobody is asked any more', async () => {
    const { world, pass, end, isGone, changes } = await createBench();
    world.devices.delete('device-w1');
    await pass(6);
    world.away.clear();
    changes.notify();
    await pass(1);
    const { asked } = world;
    await pass(6);
    assert.deepEqual([isGone(), world.asked], [false, asked]);
    await end();
  });
});
