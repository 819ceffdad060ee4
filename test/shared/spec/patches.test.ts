import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { loadSpec } from '../../../shared/spec/load.ts';
import { explainSettings, merge, settingsOf } from '../../../shared/spec/patches.ts';
import type { Patch } from '../../../shared/spec/schema.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';

const W1 = { name: 'workers-1', pool: 'workers' };
const C1 = { name: 'control-1', pool: 'control' };
const max = (maxPods: number, whom: Pick<Patch, 'pool' | 'machine'> = {}): Patch => ({ ...whom, kubelet: { maxPods } });

describe('patches', () => {
  it('give way to more particular ones, wherever they stand', () => {
    const patches = [max(3, { machine: 'workers-1' }), max(2, { pool: 'workers' }), max(1)];
    assert.equal(settingsOf(patches, W1).kubelet?.maxPods, 3);
    assert.equal(settingsOf(patches, { ...W1, name: 'workers-2' }).kubelet?.maxPods, 2);
    assert.equal(settingsOf(patches, C1).kubelet?.maxPods, 1);
  });

  it('of the same rank give way to later ones', () => {
    assert.equal(settingsOf([max(1), max(2)], C1).kubelet?.maxPods, 2);
  });

  it('are merged field by field', () => {
    const patches: readonly Patch[] = [
      { kubelet: { config: { evictionHard: { 'memory.available': '1Gi' } } }, sysctls: { 'vm.swappiness': '1' } },
      { pool: 'workers', kubelet: { maxPods: 9, config: { evictionHard: { 'nodefs.available': '9%' } } } },
    ];
    assert.deepEqual(settingsOf([...patches], W1), {
      kubelet: { maxPods: 9, config: { evictionHard: { 'memory.available': '1Gi', 'nodefs.available': '9%' } } },
      sysctls: { 'vm.swappiness': '1' },
    });
  });

  it('of which none concerns a machine set nothing', () => {
    assert.deepEqual(settingsOf([max(1, { pool: 'workers' }), max(1, { machine: 'workers-1' })], C1), {});
  });

  it('are explained by the one that wins', () => {
    const patches = [max(1), max(2, { pool: 'workers' })];
    assert.deepEqual(explainSettings(patches, W1), [
      { path: 'kubelet.maxPods', value: '2', from: 'spec.patches[1] (pool workers)' },
    ]);
    assert.equal(explainSettings(patches, C1)[0]?.from, 'spec.patches[0] (every machine)');
  });

  it('merged twice are merged once, and what is merged over nothing is itself (property)', () => {
    const map = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }), { noNullPrototype: true });
    fc.assert(
      fc.property(map, map, (under, over) => {
        assert.deepEqual(merge(merge(under, over), over), merge(under, over));
        assert.deepEqual(merge({}, over), over);
      }),
    );
  });

  for (const [text, complaint] of [
    ['{ pool: wrokers, kubelet: { maxPods: 1 } }', /there is no pool wrokers/],
    ['{ kubelet: { maxpods: 1 } }', /unknown key "maxpods", did you mean "maxPods"/],
    ['{ etcd: { extraArgs: { "--quota": "1" } } }', /the name of a flag without its dashes/],
  ] as const)
    it(`are refused when they are ${text}`, () => {
      const file = starterSpec().replace(/^spec:\n/m, `spec:\n  patches: [ ${text} ]\n`);
      assert.throws(() => loadSpec(file, 'cluster.yaml'), { code: 'INVALID_SPEC', message: complaint });
    });
});
