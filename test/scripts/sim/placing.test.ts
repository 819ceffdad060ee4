import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { placeMachines } from '../../../scripts/sim/placing.ts';
import { loadSpec } from '../../../shared/spec/load.ts';
import { starterSpec } from '../../../shared/spec/starter.ts';

const file = loadSpec(starterSpec(), 'cluster.yaml');

describe('the machines of a simulation', () => {
  it('are the control planes of the file, and workers for the rest', () => {
    const names = placeMachines(file, 4).map(({ name }) => name);
    assert.deepEqual(names, ['control-1', 'workers-1', 'workers-2', 'workers-3']);
  });

  it('have addresses of their own, also when they are many', () => {
    const placed = placeMachines(file, 40_000);
    assert.equal(new Set(placed.map(({ address }) => address)).size, 40_000);
    for (const { address } of placed.slice(-3)) assert.match(address, /^10\.1(2[89]|[3-9]\d)\.\d{1,3}\.\d{1,3}$/);
  });

  it('cannot be fewer than etcd and control planes need', () => {
    const three = loadSpec(starterSpec().replace(/count: 1 /, 'count: 3 '), 'cluster.yaml');
    assert.throws(() => placeMachines(three, 2), /etcd and control planes need 3/);
  });
});
