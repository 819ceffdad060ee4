import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type FormingNode, firstMembers, missingForFormation } from '../../coordinator/formation.ts';
import type { ClusterSpec } from '../../shared/spec/schema.ts';

const spec = {
  pools: [
    { name: 'control', roles: ['etcd', 'control-plane'], count: 3 },
    { name: 'workers', roles: ['worker'], count: 2 },
  ],
} as unknown as ClusterSpec;

function control(number: number): FormingNode {
  return {
    id: `id-${number}`,
    name: `control-${number}`,
    pool: 'control',
    roles: ['etcd', 'control-plane'],
    privateAddress: `10.80.0.${number}`,
  };
}

describe('forming etcd', () => {
  it('waits for every declared etcd machine, and says for how many', () => {
    assert.equal(missingForFormation(spec, [control(1)]), 'waits for 2 more etcd machines to enrol');
    assert.equal(missingForFormation(spec, [control(1), control(2)]), 'waits for 1 more etcd machine to enrol');
  });

  it('does not wait for workers', () => {
    assert.equal(missingForFormation(spec, [control(1), control(2), control(3)]), undefined);
  });

  it('gives all first members the same parameters, in the order of their names', () => {
    const members = firstMembers([control(3), control(1), control(2)]);
    const expected =
      'control-1=https://10.80.0.1:2380,control-2=https://10.80.0.2:2380,control-3=https://10.80.0.3:2380';
    assert.deepEqual([...members.keys()], ['id-1', 'id-2', 'id-3']);
    for (const member of members.values())
      assert.deepEqual(member, { initialCluster: expected, initialClusterState: 'new' });
  });
});
