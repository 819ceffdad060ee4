import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { crc32c } from '../../../agent/generation/crc32c.ts';
import { decodeRecords, encodeRecord, type JournalRecord } from '../../../agent/generation/records.ts';

const AT = '2030-01-01T00:00:00.000Z';
const records = fc.array(
  fc.oneof(
    fc.record(
      { type: fc.constant('ROLLBACK' as const), at: fc.constant(AT), reason: fc.string({ unit: 'binary' }) },
      { noNullPrototype: true },
    ),
    fc.record(
      { type: fc.constant('RESTARTED' as const), at: fc.constant(AT), unit: fc.string() },
      { noNullPrototype: true },
    ),
    fc.constant<JournalRecord>({ type: 'COMMIT', at: AT, by: 'health' }),
  ),
  { maxLength: 6 },
);

function encodeAll(all: readonly JournalRecord[]): Buffer {
  return Buffer.concat(all.map(encodeRecord));
}

describe('a checksum', () => {
  it('is the one of RFC 3720 B.4', () => {
    assert.equal(crc32c(new Uint8Array(32)), 0x8a9136aa);
    assert.equal(crc32c(new Uint8Array(32).fill(0xff)), 0x62a8ab43);
    assert.equal(crc32c(Buffer.from('123456789')), 0xe3069283);
  });
});

describe('a journal', () => {
  it('reads back what was written (property)', () => {
    fc.assert(fc.property(records, (all) => assert.deepEqual(decodeRecords(encodeAll(all)).records, all)));
  });

  it('keeps whole records before a cut at any byte (property)', () => {
    fc.assert(
      fc.property(records, fc.nat(), (all, cut) => {
        const bytes = encodeAll(all);
        const read = decodeRecords(bytes.subarray(0, cut % (bytes.length + 1)));
        assert.deepEqual(read.records, all.slice(0, read.records.length));
        assert.ok(read.length <= cut % (bytes.length + 1));
      }),
    );
  });

  it('believes no record that was spoilt at any bit (property)', () => {
    fc.assert(
      fc.property(
        records.filter((all) => all.length > 0),
        fc.nat(),
        fc.nat({ max: 7 }),
        (all, place, bit) => {
          const bytes = encodeAll(all);
          const index = place % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
          const read = decodeRecords(bytes);
          assert.ok(read.records.length < all.length);
          assert.deepEqual(read.records, all.slice(0, read.records.length));
        },
      ),
    );
  });

  it('reads nothing from rubbish (property)', () => {
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.deepEqual(decodeRecords(bytes).records, [])));
  });

  it('writes a commit as the rollback script looks for it', () => {
    const line = Buffer.from(encodeRecord({ type: 'COMMIT', at: AT, by: 'health' })).toString();
    assert.match(line, /^[0-9]{8} [0-9a-f]{8} \{"type":"COMMIT".*\}\n$/);
  });
});
