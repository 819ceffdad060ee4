import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { allocatePodCIDR } from '../../../coordinator/kubernetes/cidrs.ts';
import { contains, overlaps } from '../../../shared/spec/cidr.ts';

describe('pod CIDRs', () => {
  it('are the lowest that nobody has', () => {
    assert.equal(allocatePodCIDR('172.16.0.0/16', []), '172.16.0.0/24');
    assert.equal(allocatePodCIDR('172.16.0.0/16', ['172.16.0.0/24', '172.16.2.0/24']), '172.16.1.0/24');
  });

  it('are never given twice while a machine lives, whatever comes and goes', () => {
    const moves = fc.array(fc.oneof(fc.constant('join' as const), fc.nat(20)), { maxLength: 60 });
    fc.assert(
      fc.property(moves, (steps) => {
        let living: readonly string[] = [];
        for (const step of steps) {
          if (step !== 'join') living = living.filter((_, index) => index !== step);
          else if (living.length < 16) {
            const share = allocatePodCIDR('10.4.0.0/20', living) ?? assert.fail('there is room for sixteen');
            assert.ok(living.every((other) => !overlaps(other, share)));
            assert.ok(contains('10.4.0.0/20', share.split('/')[0] ?? ''));
            living = [...living, share];
          }
        }
      }),
    );
  });

  it('run out', () => {
    const full = Array.from({ length: 4 }, (_, index) => `10.0.${index}.0/24`);
    assert.equal(allocatePodCIDR('10.0.0.0/22', full), undefined);
  });
});
