import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { answerQuery, parseHosts, readQuestion } from '../../../scripts/lab/resolver.ts';

/** A query for one name, recursion desired. */
function ask(name: string, type = 1): Buffer {
  const header = Buffer.from([0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
  const labels = name.split('.').map((label) => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)]));
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, type, 0, 1])]);
}

const codeOf = (response: Buffer | undefined): number => (response?.readUInt16BE(2) ?? -1) & 15;
const answersOf = (response: Buffer | undefined): number => response?.readUInt16BE(6) ?? -1;
const known = parseHosts('10.80.0.3 n1 n1.example.org\n\n10.80.0.5 N2\n');
const lookUp = (name: string): string | undefined => known.get(name);

describe('the resolver', () => {
  it('gives the address of a name it knows, whatever its letters', () => {
    for (const [name, last] of [
      ['n1', 3],
      ['n1.example.org', 3],
      ['n2', 5],
      ['N1', 3],
    ] as const) {
      const response = answerQuery(ask(name), lookUp);
      assert.equal(codeOf(response), 0);
      assert.deepEqual([...(response?.subarray(-4) ?? [])], [10, 80, 0, last]);
    }
  });

  it('says of a known name that it has nothing of another type, and of an unknown one that it does not exist', () => {
    const version6 = answerQuery(ask('n1', 28), lookUp);
    assert.deepEqual([codeOf(version6), answersOf(version6)], [0, 0]);
    assert.equal(codeOf(answerQuery(ask('example.org'), lookUp)), 3);
  });

  it('repeats id and question, so that the asker believes it', () => {
    const query = ask('example.org');
    const response = answerQuery(query, lookUp);
    assert.deepEqual(response?.subarray(0, 2), query.subarray(0, 2));
    assert.deepEqual(response?.subarray(12), query.subarray(12));
    assert.equal((response?.readUInt16BE(2) ?? 0) & 0x8000, 0x8000);
  });

  it('answers no responses, so that two resolvers never talk for ever', () => {
    const response = answerQuery(ask('n1'), lookUp);
    assert.ok(response !== undefined);
    assert.equal(answerQuery(response, lookUp), undefined);
  });

  it('survives any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        const response = answerQuery(Buffer.from(bytes), lookUp);
        assert.ok(response === undefined || response.length >= 12);
      }),
    );
  });

  it('reads back any name', () => {
    const label = fc.stringMatching(/^[a-z0-9-]{1,20}$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 255 }), (labels, type) => {
        const query = ask(labels.join('.'), type);
        assert.deepEqual(readQuestion(query), { name: labels.join('.'), type, end: query.length });
      }),
    );
  });
});
