import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { nextWave, type RolloutNode } from '../../../coordinator/rollout/order.ts';
import type { Role } from '../../../shared/spec/schema.ts';

function node(name: string, roles: readonly Role[], changes: Partial<RolloutNode> = {}): RolloutNode {
  return { id: name, name, roles, wanted: 'new', given: 'old', isConverged: true, ...changes };
}

const three = ['c1', 'c2', 'c3'].map((name) => node(name, ['etcd', 'control-plane']));
const workers = ['w1', 'w2'].map((name) => node(name, ['worker']));

describe('the next wave of a roll-out', () => {
  it('gives a first document to everybody at once', () => {
    const fresh = [...three, ...workers].map((machine) => ({ ...machine, given: undefined, isConverged: false }));
    assert.deepEqual(nextWave(fresh), ['c1', 'c2', 'c3', 'w1', 'w2']);
  });

  it('begins with one etcd machine and nobody else', () => {
    assert.deepEqual(nextWave([...workers, ...three]), ['c1']);
  });

  it('waits while that machine has not converged', () => {
    assert.deepEqual(nextWave([node('c1', ['etcd'], { given: 'new', isConverged: false }), node('c2', ['etcd'])]), []);
  });

  it('goes on to the next when it has', () => {
    assert.deepEqual(nextWave([node('c1', ['etcd'], { given: 'new' }), node('c2', ['etcd'])]), ['c2']);
  });

  it('mends an outdated machine that is unwell before touching a healthy one', () => {
    assert.deepEqual(nextWave([node('c1', ['etcd']), node('c2', ['etcd'], { isConverged: false })]), ['c2']);
  });

  it('reaches the workers, all together, after the control plane', () => {
    const done = three.map((machine) => ({ ...machine, given: 'new' }));
    assert.deepEqual(nextWave([...done, ...workers]), ['w1', 'w2']);
  });

  it('has nothing to do when everybody has what is wanted', () => {
    assert.deepEqual(nextWave([...three, ...workers].map((machine) => ({ ...machine, given: 'new' }))), []);
  });
});

const anyNode = fc.record({
  name: fc.string({ minLength: 1, maxLength: 4 }),
  roles: fc.subarray<Role>(['etcd', 'control-plane', 'worker'], { minLength: 1 }),
  given: fc.constantFrom('old', 'new', undefined),
  isConverged: fc.boolean(),
});
const anyFleet = fc
  .uniqueArray(anyNode, { selector: (one) => one.name, maxLength: 12 })
  .map((fleet) => fleet.map((one) => node(one.name, one.roles, one)));

describe('a roll-out over any fleet', () => {
  it('never has two known etcd machines unsettled that it unsettled itself', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => {
        const touched = nextWave(fleet).filter((id) =>
          fleet.some((one) => one.id === id && one.given !== undefined && one.roles.includes('etcd')),
        );
        const isSettling = fleet.some((one) => one.roles.includes('etcd') && one.given === 'new' && !one.isConverged);
        return touched.length <= (isSettling ? 0 : 1);
      }),
    );
  });

  it('ends with everybody up to date when every machine converges', () => {
    fc.assert(
      fc.property(anyFleet, (fleet) => {
        let now = fleet;
        for (let wave = 0; wave < 3 * fleet.length + 1; wave++) {
          const ids = nextWave(now);
          now = now.map((one) => ({ ...one, isConverged: true, given: ids.includes(one.id) ? 'new' : one.given }));
        }
        return now.every((one) => one.given === 'new');
      }),
    );
  });
});
