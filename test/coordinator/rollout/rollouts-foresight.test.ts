import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCluster } from './bench.ts';

const NAMES = ['w1', 'w2', 'w3'];

async function createPlanned() {
  const cluster = createCluster(NAMES);
  await cluster.roll(1);
  for (const name of NAMES) cluster.plans.set(name, ['write /etc/vent/x']);
  cluster.apply('two');
  return cluster;
}

type Cluster = Awaited<ReturnType<typeof createPlanned>>;

const read = ({ status }: Cluster) => {
  const { rollout, message, machines } = status() ?? assert.fail();
  return { state: rollout.state, message, machines };
};

const revisions = (cluster: Cluster) => read(cluster).machines.map(({ revision }) => revision);

describe('a roll-out whose machines do what they said', () => {
  it('goes on, and tells of no difference', async () => {
    const cluster = await createPlanned();
    assert.deepEqual(await cluster.roll(5), NAMES);
    assert.deepEqual([read(cluster).state, read(cluster).message], ['done', '']);
    assert.deepEqual(
      read(cluster).machines.flatMap(({ differences }) => differences),
      [],
    );
  });
});

describe('a machine that did something else than it said', () => {
  it('stops the roll-out, with the machine and what differs, and keeps what it has', async () => {
    const cluster = await createPlanned();
    cluster.deeds.set('w1', ['write /etc/vent/x', 'write /etc/vent/y']);
    assert.deepEqual(await cluster.roll(5), ['w1']);
    const sentence = 'done, not planned: file:/etc/vent/x: write /etc/vent/y: because';
    assert.deepEqual(
      [read(cluster).state, read(cluster).message],
      ['failed', `w1 did something else than planned: ${sentence}`],
    );
    assert.deepEqual(
      read(cluster).machines.map(({ differences }) => differences),
      [[sentence], [], []],
    );
    assert.deepEqual(revisions(cluster), [2, 1, 1]);
  });

  it('stops it for what was planned and not done, too', async () => {
    const cluster = await createPlanned();
    cluster.deeds.set('w1', []);
    await cluster.roll(5);
    assert.match(read(cluster).message, /planned, not done: file:\/etc\/vent\/x: write \/etc\/vent\/x$/);
  });

  it('leaves the others of its wave as they are', async () => {
    const cluster = await createPlanned();
    cluster.deeds.set('w2', []);
    assert.deepEqual(await cluster.roll(5), NAMES);
    assert.deepEqual([read(cluster).state, revisions(cluster)], ['failed', [2, 2, 2]]);
  });

  it('does not stop it a second time once an operator has looked', async () => {
    const cluster = await createPlanned();
    cluster.deeds.set('w1', []);
    await cluster.roll(3);
    await cluster.control('resume');
    assert.deepEqual(await cluster.roll(5), NAMES);
    assert.equal(read(cluster).state, 'done');
    assert.equal(read(cluster).machines[0]?.differences.length, 1, 'it still tells of it');
  });

  it('is found out by a coordinator that was started anew', async () => {
    const cluster = await createPlanned();
    await cluster.look();
    cluster.restart();
    cluster.deeds.set('w1', []);
    await cluster.roll(3);
    assert.equal(read(cluster).state, 'failed');
  });
});

describe('a roll-out of a plan that an operator read', () => {
  it('goes on while machines would do what they said then', async () => {
    const cluster = await createPlanned();
    await cluster.promise(NAMES);
    assert.deepEqual(await cluster.roll(5), NAMES);
    assert.equal(read(cluster).state, 'done');
  });

  it('stops before a machine that would do more, or less, and does nothing on it', async () => {
    for (const [now, told] of [
      [['write /etc/vent/x', 'write /etc/vent/y'], 'not in the plan: file:/etc/vent/x: write /etc/vent/y'],
      [[], 'no longer to be done: file:/etc/vent/x: write /etc/vent/x'],
    ] as const) {
      const cluster = await createPlanned();
      await cluster.promise(NAMES);
      cluster.plans.set('w2', now);
      assert.deepEqual(await cluster.roll(5), ['w1']);
      assert.deepEqual(
        [read(cluster).state, read(cluster).message, revisions(cluster)],
        ['failed', `w2 would do something else than plan abc says: ${told}`, [2, 1, 1]],
      );
      await cluster.control('resume');
      assert.deepEqual(await cluster.roll(2), ['w1'], 'it is the plan that was applied');
      cluster.plans.set('w2', ['write /etc/vent/x']);
      await cluster.control('resume');
      assert.deepEqual(await cluster.roll(5), NAMES);
    }
  });

  it('stops before a machine that was not to change', async () => {
    const cluster = await createPlanned();
    await cluster.promise(['w1', 'w3']);
    assert.deepEqual(await cluster.roll(5), ['w1']);
    assert.match(read(cluster).message, /^w2 would do something else than plan abc says: not in the plan: /);
  });
});

describe('a machine that does not say what it would do', () => {
  it('does not move, and the roll-out says that it waits', async () => {
    const cluster = await createPlanned();
    cluster.silent.add('w1');
    const looking = cluster.look();
    await cluster.clock.advance(0);
    const { rollout } = cluster.status() ?? assert.fail();
    assert.deepEqual([rollout.revision, rollout.state], [2, 'running'], 'it is shown as soon as it has begun');
    await cluster.clock.advance(10_000);
    await looking;
    assert.match(read(cluster).message, /^waits for w1 to say what it would do: it has not answered within 10 s$/);
    assert.deepEqual(revisions(cluster), [1, 1, 1]);
    cluster.silent.clear();
    assert.deepEqual(await cluster.roll(5), NAMES);
  });
});
