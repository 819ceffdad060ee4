import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findBroken, type Progress, type Seen } from '../../../scripts/sim/invariants.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';

const file = loadSpec(starterSpec().replace(/^spec:\n/m, 'spec:\n  rollout: { maxUnavailable: 2 }\n'), 'cluster.yaml');
const bounds = { file, old: '1', next: '2' };
const control = (name: string, changes: Partial<Seen> = {}): Seen => ({
  ...{ name, roles: ['etcd', 'control-plane'], hasEtcd: true, value: '1', drains: false },
  workload: { isFirst: true, keptFor: undefined },
  ...changes,
});
const worker = (name: string, changes: Partial<Seen> = {}): Seen => control(name, { roles: ['worker'], ...changes });
const running = (...moving: readonly string[]): Progress => ({ revision: 2, state: 'running', moving });
const MACHINES = [control('c1'), control('c2'), control('c3'), worker('w1'), worker('w2'), worker('w3')];

describe('what must hold in a simulation', () => {
  it('holds while machines move as they may', () => {
    assert.deepEqual(findBroken({ machines: MACHINES, rollout: running('c1') }, bounds), []);
    assert.deepEqual(findBroken({ machines: MACHINES, rollout: running('w1', 'w2') }, bounds), []);
  });

  it('does not when two control planes move, or more workers than may', () => {
    assert.deepEqual(findBroken({ machines: MACHINES, rollout: running('c1', 'c2') }, bounds), [
      'c1 and c2 change at the same time',
    ]);
    assert.deepEqual(findBroken({ machines: MACHINES, rollout: running('w1', 'w2', 'w3') }, bounds), [
      '3 workers change at the same time, and 2 may',
    ]);
  });

  it('does not when etcd has no majority', () => {
    const machines = [control('c1'), control('c2', { hasEtcd: false }), control('c3', { hasEtcd: false })];
    assert.deepEqual(findBroken({ machines, rollout: running() }, bounds), ['etcd has 1 of 3 members']);
  });

  it('does not when a machine has half of a change', () => {
    const machines = [...MACHINES, worker('w4', { value: '' })];
    assert.deepEqual(findBroken({ machines, rollout: running() }, bounds), ['w4 has neither the old nor the new: ']);
  });

  it('does not when a machine changes what its pods notice while one is on it', () => {
    const moved = worker('w1', { value: '2', drains: true });
    assert.deepEqual(findBroken({ machines: [...MACHINES.slice(0, 3), moved], rollout: running('w1') }, bounds), [
      'w1 changed before its pod had left',
    ]);
    const empty = { ...moved, workload: { isFirst: false, keptFor: undefined } };
    assert.deepEqual(findBroken({ machines: [...MACHINES.slice(0, 3), empty], rollout: running('w1') }, bounds), []);
  });

  it('does not when a roll-out waits for a pod beyond the deadline of drains', () => {
    const kept = (keptFor: number) => [
      ...MACHINES,
      worker('w4', { drains: true, workload: { isFirst: true, keptFor } }),
    ];
    assert.deepEqual(findBroken({ machines: kept(299), rollout: running() }, bounds), []);
    assert.deepEqual(findBroken({ machines: kept(400), rollout: running() }, bounds), [
      'the roll-out waits for the pod of w4 beyond 300 s',
    ]);
    assert.deepEqual(findBroken({ machines: kept(400), rollout: { ...running(), state: 'failed' } }, bounds), []);
  });
});
