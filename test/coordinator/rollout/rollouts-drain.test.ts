import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createUpgradeBench } from './upgrade-bench.ts';

const WORKERS = ['w1', 'w2', 'w3', 'w4', 'w5', 'w6'];

describe('a roll-out of what pods would notice', () => {
  it('moves a machine once it is empty, and gives it back when it is well', async () => {
    const bench = await createUpgradeBench(WORKERS, '1.36.3');
    bench.apply('1.37.2');
    await bench.roll(3);
    assert.match(bench.message(), /^kubelets and the rest: drains w1: kubelet goes from 1\.36\.3 to 1\.37\.2/);
    assert.deepEqual([await bench.drains(), bench.having('1.37.2')], [['w1 leaving'], []]);
    await bench.finish('w1', 'left');
    await bench.roll(2);
    assert.deepEqual(bench.having('1.37.2'), ['w1']);
    assert.deepEqual(await bench.drains(), ['w1 returning', 'w2 leaving', 'w3 leaving']);
  });

  it('fails when pods have not left in time, and gives every machine back', async () => {
    const bench = await createUpgradeBench(WORKERS, '1.36.3');
    bench.apply('1.37.2');
    await bench.roll(2);
    await bench.finish('w1', 'stuck');
    await bench.roll(1);
    assert.deepEqual([bench.state(), bench.message()], ['failed', 'kubelets and the rest: w1 is not empty']);
    assert.deepEqual([await bench.drains(), bench.having('1.37.2')], [['w1 returning'], []]);
  });

  it('leaves machines as they are while it is paused, and gives them back when it is aborted', async () => {
    const bench = await createUpgradeBench(WORKERS, '1.36.3');
    bench.apply('1.37.2');
    await bench.roll(1);
    await bench.control('pause');
    await bench.roll(2);
    assert.deepEqual(await bench.drains(), ['w1 leaving']);
    await bench.control('abort');
    await bench.roll(1);
    assert.deepEqual(await bench.drains(), ['w1 returning']);
  });
});
