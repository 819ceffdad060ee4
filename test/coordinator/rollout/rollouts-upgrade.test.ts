import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { findSkew } from '../../../coordinator/rollout/skew.ts';
import { createUpgradeBench } from './upgrade-bench.ts';

const MACHINES = ['c1', 'c2', 'c3', 'w1', 'w2', 'w3'];
const OLD = '1.36.3';
const NEW = '1.37.2';

type Bench = Awaited<ReturnType<typeof createUpgradeBench>>;

/** What really runs, against Kubernetes' skew policy. */
function skewOf(bench: Bench): string | undefined {
  return findSkew(
    MACHINES.map((name) => ({
      name,
      apiServer: bench.versionOn(name, 'kube-apiserver'),
      controllers: bench.versionOn(name, 'kube-scheduler'),
      kubelet: bench.versionOn(name, 'kubelet'),
    })),
  );
}

/** Rolls, ending every drain at once. @returns what came to have the newer version, in order */
async function upgrade(bench: Bench, turns: number, seen: string[] = []): Promise<readonly string[]> {
  for (let turn = 0; turn < turns; turn += 1) {
    await bench.roll(1);
    await bench.serveDrains();
    for (const program of ['kube-apiserver', 'kube-controller-manager', 'kubelet'])
      for (const name of MACHINES) {
        const entry = `${program} ${name}`;
        if (bench.versionOn(name, program) === NEW && !seen.includes(entry)) seen.push(entry);
      }
    assert.equal(skewOf(bench), undefined);
  }
  return seen;
}

describe('an upgrade of Kubernetes', () => {
  it('goes through all API servers, then what controls, then kubelets: control planes, a canary, waves', async () => {
    const bench = await createUpgradeBench(MACHINES, OLD);
    bench.apply(NEW);
    assert.deepEqual(await upgrade(bench, 30), [
      ...['c1', 'c2', 'c3'].map((name) => `kube-apiserver ${name}`),
      ...['c1', 'c2', 'c3'].map((name) => `kube-controller-manager ${name}`),
      ...['c1', 'c2', 'c3', 'w1', 'w2', 'w3'].map((name) => `kubelet ${name}`),
    ]);
    assert.equal(bench.state(), 'done');
    assert.deepEqual(await bench.drains(), []);
  });

  it('says which stage it is in', async () => {
    const bench = await createUpgradeBench(MACHINES, OLD);
    bench.apply(NEW);
    await bench.look();
    await bench.look();
    assert.equal(bench.message(), 'API servers: waits 10 s for c1 to stay well');
  });

  it('takes no kubelet further while an API server is on hold, and goes on when it is released', async () => {
    const bench = await createUpgradeBench(MACHINES, OLD);
    const held = bench.rows.find(({ name }) => name === 'c2') ?? assert.fail();
    Object.assign(held, { held: true });
    bench.apply(NEW);
    assert.deepEqual(await upgrade(bench, 12), ['kube-apiserver c1', 'kube-apiserver c3']);
    assert.equal(bench.message(), 'API servers: c2 is on hold');
    Object.assign(held, { held: false });
    await upgrade(bench, 30);
    assert.equal(bench.state(), 'done');
  });

  it('gives a machine that comes meanwhile what the slowest has', async () => {
    const bench = await createUpgradeBench(['c1', 'c2', 'w1'], OLD);
    bench.apply(NEW);
    await bench.roll(1);
    bench.add('w9');
    await bench.roll(1);
    assert.equal(bench.versionOn('w9', 'kubelet'), OLD);
  });

  it('takes the first API server back when it does not become well', async () => {
    const bench = await createUpgradeBench(MACHINES, OLD);
    bench.apply(NEW);
    bench.spoil('c1');
    await upgrade(bench, 12);
    assert.equal(bench.state(), 'failed');
    assert.deepEqual(bench.assigned('c1'), [OLD, OLD, OLD]);
  });

  it('leaves a later one where it is: the minor version is never taken back', async () => {
    const bench = await createUpgradeBench(MACHINES, OLD);
    bench.apply(NEW);
    bench.spoil('c2');
    await upgrade(bench, 14);
    assert.equal(bench.state(), 'failed');
    assert.match(
      bench.message(),
      /c2: .*; it does not go back by itself: an API server has Kubernetes 1\.37\.2 already/,
    );
    assert.deepEqual(bench.assigned('c2'), [NEW, OLD, OLD]);
    assert.deepEqual(bench.assigned('c3'), [OLD, OLD, OLD]);
  });

  it('takes a worker back whose kubelet does not become well', async () => {
    const bench = await createUpgradeBench(MACHINES, OLD);
    bench.apply(NEW);
    bench.spoil('w1', 'kubelet');
    await upgrade(bench, 40);
    assert.equal(bench.state(), 'failed');
    assert.deepEqual([bench.assigned('w1'), bench.assigned('c3')], [[OLD], [NEW, NEW, NEW]]);
    bench.heal('w1');
    await bench.control('resume');
    await upgrade(bench, 20);
    assert.deepEqual([bench.state(), bench.having(NEW)], ['done', MACHINES]);
  });

  it('keeps the skew policy whatever is held, sick or away, and whenever the coordinator is killed', async () => {
    const event = fc.record({
      turn: fc.nat(25),
      name: fc.constantFrom(...MACHINES),
      what: fc.constantFrom('hold', 'release', 'spoil', 'heal', 'kill', 'next'),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(event, { maxLength: 12 }), async (events) => {
        const bench = await createUpgradeBench(MACHINES, OLD);
        bench.apply(NEW);
        for (let turn = 0; turn < 26; turn += 1) {
          for (const { name, what } of events.filter((one) => one.turn === turn)) disturb(bench, name, what);
          await upgrade(bench, 1);
        }
      }),
      { numRuns: 5 },
    );
  });
});

function disturb(bench: Bench, name: string, what: string): void {
  const row = bench.rows.find((one) => one.name === name);
  if (what === 'hold' || what === 'release') Object.assign(row ?? {}, { held: what === 'hold' });
  if (what === 'spoil') bench.spoil(name);
  if (what === 'heal') bench.heal(name);
  if (what === 'kill') bench.restart();
  if (what === 'next') bench.apply(bench.versions.at(-1) === NEW ? '1.37.3' : NEW);
}
