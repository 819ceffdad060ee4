import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { deriveChange } from '../../../scripts/sim/change.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';

describe('the change of a simulation', () => {
  const pace = 'rollout: { soak: 3s, gates: [ { name: smoke, command: ["./smoke.sh"] } ] }';
  const content = starterSpec().replace(/^spec:\n/m, `spec:\n  ${pace}\n`);
  const change = deriveChange(content, loadSpec(content, 'cluster.yaml'));

  it('keeps the pace of the file, and waits for none of its gates, since nobody opens them', () => {
    for (const text of [change.before, change.after]) {
      const { rollout } = loadSpec(text, 'cluster.yaml').spec;
      assert.deepEqual([rollout.soak, rollout.gates], ['3s', []]);
    }
  });

  it('is one setting on every machine', () => {
    const [before, after] = [change.before, change.after].map((text) => loadSpec(text, 'cluster.yaml').spec.patches);
    assert.notDeepEqual(before, after);
  });
});
