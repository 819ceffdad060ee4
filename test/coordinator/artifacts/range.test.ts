import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readContentRange, readRange } from '../../../coordinator/artifacts/range.ts';

describe('a Range header', () => {
  it('asks for the bytes from one to another, both included', () => {
    assert.deepEqual(readRange('bytes=0-0', 10), { type: 'part', start: 0, end: 0 });
    assert.deepEqual(readRange('bytes=2-5', 10), { type: 'part', start: 2, end: 5 });
  });

  it('may leave the end open or reach beyond it', () => {
    assert.deepEqual(readRange('bytes=4-', 10), { type: 'part', start: 4, end: 9 });
    assert.deepEqual(readRange('bytes=4-400', 10), { type: 'part', start: 4, end: 9 });
  });

  it('may ask for the last bytes', () => {
    assert.deepEqual(readRange('bytes=-3', 10), { type: 'part', start: 7, end: 9 });
    assert.deepEqual(readRange('bytes=-30', 10), { type: 'part', start: 0, end: 9 });
  });

  it('cannot be satisfied when it begins after the end', () => {
    for (const header of ['bytes=10-', 'bytes=10-12', 'bytes=-0']) {
      assert.deepEqual(readRange(header, 10), { type: 'unsatisfiable' }, header);
    }
  });

  it('is ignored when it is malformed, backwards or several', () => {
    for (const header of [undefined, '', 'bytes', 'bytes=-', 'bytes=5-2', 'bytes=1-2,4-5', 'lines=1-2', 'bytes=a-b']) {
      assert.deepEqual(readRange(header, 10), { type: 'whole' }, header);
    }
  });

  it('never leads outside of the file, whatever it says', () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.option(fc.nat()), fc.option(fc.nat())).map(([a, b]) => `bytes=${a ?? ''}-${b ?? ''}`),
    );
    fc.assert(
      fc.property(header, fc.nat({ max: 5000 }), (text, size) => {
        const range = readRange(text, size);
        if (range.type === 'part') assert.ok(0 <= range.start && range.start <= range.end && range.end < size);
      }),
    );
  });
});

describe('a Content-Range header', () => {
  it('is read when it is consistent', () => {
    assert.deepEqual(readContentRange('bytes 5-9/10'), { start: 5, end: 9, size: 10 });
  });

  it('is refused when it contradicts itself or is no such header', () => {
    for (const header of [null, 'bytes */10', 'bytes 5-10/10', 'bytes 6-5/10', 'bytes 0-1/*', 'nonsense']) {
      assert.equal(readContentRange(header), undefined);
    }
  });

  it('agrees with what the server would say of its answer', () => {
    fc.assert(
      fc.property(fc.nat({ max: 999 }), fc.integer({ min: 1, max: 1000 }), (start, size) => {
        const range = readRange(`bytes=${start}-`, size);
        if (range.type !== 'part') return;
        const header = `bytes ${range.start}-${range.end}/${size}`;
        assert.deepEqual(readContentRange(header), { start: range.start, end: range.end, size });
      }),
    );
  });
});
