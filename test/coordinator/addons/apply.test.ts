import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type AddonOptions, applyObjects, passOverAddons, runAddons } from '../../../coordinator/addons/apply.ts';
import type { DesiredObject } from '../../../coordinator/kubernetes/object.ts';
import { VentError } from '../../../shared/errors.ts';
import { createFakeClock, type FakeClock } from '../../../shared/fake-clock.ts';
import { createFakeCluster, type FakeCluster } from '../kubernetes/fake-client.ts';

const role = (name: string): DesiredObject => ({
  apiVersion: 'rbac.authorization.k8s.io/v1',
  kind: 'ClusterRole',
  metadata: { name },
});
const never = new AbortController().signal;

interface World extends FakeCluster {
  readonly clock: FakeClock;
  readonly passes: (readonly string[])[];
  readonly breakGlasses: FakeCluster[];
  readonly options: AddonOptions;
}

function createWorld(): World {
  const cluster = createFakeCluster();
  const clock = createFakeClock();
  const passes: (readonly string[])[] = [];
  const breakGlasses: FakeCluster[] = [];
  const options: AddonOptions = {
    client: () => cluster.client,
    async breakGlass() {
      const glass = createFakeCluster();
      breakGlasses.push(glass);
      return glass.client;
    },
    permissions: () => [role('permission')],
    objects: () => [role('one'), role('two')],
    onPass: (failures) => void passes.push(failures.map(({ object }) => object)),
    clock,
    random: () => 0.5,
    log: cluster.log,
  };
  return { ...cluster, clock, passes, breakGlasses, options };
}

describe('applying objects', () => {
  it('goes on after a refusal and names it', async () => {
    const { client, server } = createFakeCluster();
    server.fail({ path: '/one', status: 422, times: 1 });
    const failures = await applyObjects(client, [role('one'), role('two')]);
    assert.deepEqual(
      failures.map(({ object }) => object),
      ['ClusterRole one'],
    );
    assert.ok(await client.get({ ...role('two'), name: 'two' }));
  });

  it('stops when nobody answers', async () => {
    const { client, server } = createFakeCluster();
    server.fail({ status: 0, times: 1 });
    const applied = applyObjects(client, [role('one'), role('two')]);
    await assert.rejects(applied, (error) => error instanceof VentError && error.code === 'UNAVAILABLE');
    assert.equal(server.calls.length, 1);
  });
});

describe('a pass over the add-ons', () => {
  it('makes the coordinator’s own permissions with the break-glass, once and only if it lacks them', async () => {
    const { options, server, breakGlasses } = createWorld();
    await passOverAddons(options, never);
    assert.equal(breakGlasses.length, 0);
    server.setBound(false);
    await passOverAddons(options, never);
    assert.deepEqual(
      breakGlasses.map((glass) => glass.server.calls),
      [['PATCH /apis/rbac.authorization.k8s.io/v1/clusterroles/permission']],
    );
  });
});

describe('keeping the add-ons', () => {
  const run = async (world: World, during: (world: World) => Promise<void>): Promise<void> => {
    const ended = new AbortController();
    const running = runAddons(world.options, ended.signal);
    await world.clock.advance(0);
    await during(world);
    ended.abort();
    await running;
  };

  it('takes back what somebody changed, within 72 seconds', async () => {
    await run(createWorld(), async ({ client, clock, passes }) => {
      const reference = { ...role('one'), name: 'one' };
      await client.remove(reference);
      await clock.advance(72_000);
      assert.ok(await client.get(reference));
      assert.deepEqual(passes, [[], []]);
    });
  });

  it('tries again soon after a failure, and tells of it by name', async () => {
    const world = createWorld();
    world.server.fail({ path: '/two', status: 500, times: 1 });
    await run(world, async ({ clock, passes, log }) => {
      await clock.advance(1000);
      assert.deepEqual(passes, [['ClusterRole two'], []]);
      assert.deepEqual(
        log.lines.map(({ fields }) => fields.object),
        ['ClusterRole two'],
      );
    });
  });

  it('waits without a word while no API server answers', async () => {
    const world = createWorld();
    world.server.fail({ status: 0, times: 3 });
    await run(world, async ({ clock, passes, log }) => {
      for (let turn = 0; turn < 5; turn += 1) await clock.advance(2000);
      assert.deepEqual([passes, log.lines], [[[]], []]);
    });
  });
});
