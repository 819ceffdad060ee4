import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { createSnapshotCheck } from '../../shared/snapshot.ts';

function snapshotOf(database: Uint8Array): Buffer {
  return Buffer.concat([database, createHash('sha256').update(database).digest()]);
}

function check(file: Uint8Array, cuts: readonly number[] = [], limit?: number) {
  const checking = createSnapshotCheck(limit);
  const places = [0, ...cuts.map((cut) => cut % (file.length + 1)).toSorted((a, b) => a - b), file.length];
  for (const [index, place] of places.slice(1).entries()) checking.update(file.subarray(places[index], place));
  return checking.end();
}

const databases = fc.integer({ min: 0, max: 6 }).map((blocks) => Buffer.alloc(blocks * 512, blocks));

describe('the check of a snapshot', () => {
  it('takes a whole one, wherever it was cut on its way, and names its SHA-256', () =>
    fc.assert(
      fc.property(databases, fc.array(fc.nat()), (database, cuts) => {
        const file = snapshotOf(database);
        const sha256 = createHash('sha256').update(file).digest('hex');
        assert.deepEqual(check(file, cuts), { size: file.length, sha256 });
      }),
    ));

  it('refuses one with any byte missing at its end, or any bit changed', () =>
    fc.assert(
      fc.property(databases, fc.nat(), fc.nat({ max: 7 }), (database, place, bit) => {
        const file = snapshotOf(database);
        const at = place % file.length;
        const shorter = { code: 'SNAPSHOT_CORRUPT' };
        assert.throws(() => check(file.subarray(0, at)), shorter);
        const changed = Buffer.from(file);
        changed.writeUInt8(changed.readUInt8(at) ^ (1 << bit), at);
        assert.throws(() => check(changed), { code: 'SNAPSHOT_CORRUPT', message: /SHA-256 is not the one/ });
      }),
    ));

  it('refuses more bytes than a snapshot may have before it has read them all', () => {
    const checking = createSnapshotCheck(1000);
    checking.update(new Uint8Array(1000));
    assert.throws(() => checking.update(new Uint8Array(1)), { message: /larger than 1000 bytes/ });
  });
});
