import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { describe, it } from 'node:test';
import { findTests } from '../../../scripts/test/files.ts';
import { add, exitCodeOf, formatTally, NOTHING } from '../../../scripts/test/tally.ts';
import { makeTree } from '../check/trees.ts';

describe('the files of a test run', () => {
  const names = [
    'lab/zeal',
    'lab/cluster',
    'lab/apple',
    'lab/kubernetes',
    'shared/b',
    'agent/a',
    'agent/c.slow',
    'bench/c',
  ];
  const root = makeTree(Object.fromEntries(names.map((name) => [`test/${name}.test.ts`, ''])));
  const namesOf = (paths: readonly string[]): readonly string[] => paths.map((path) => basename(path, '.test.ts'));

  it('are units, slow units and lab, the lab in its own order', () => {
    const { unit, slow, lab } = findTests(root, []);
    assert.deepEqual(namesOf(unit), ['a', 'b']);
    assert.deepEqual(namesOf(slow), ['c.slow']);
    assert.deepEqual(namesOf(lab), ['kubernetes', 'cluster', 'apple', 'zeal']);
  });

  it('are those that contain a filter', () => {
    const { unit, lab } = findTests(root, ['shared/', 'lab/a']);
    assert.deepEqual([...namesOf(unit), ...namesOf(lab)], ['b', 'apple']);
  });
});

describe('the tally', () => {
  it('is one line and adds up', () => {
    const tally = add({ passed: 1, failed: 2, skipped: 3 }, { passed: 10, failed: 20, skipped: 30 });
    assert.equal(formatTally(tally), '11 passed, 22 failed, 33 skipped');
  });

  it('is a success only when something passed and nothing failed', () => {
    assert.equal(exitCodeOf({ passed: 1, failed: 0, skipped: 4 }), 0);
    assert.equal(exitCodeOf({ passed: 5, failed: 1, skipped: 0 }), 1);
    assert.equal(exitCodeOf({ ...NOTHING, skipped: 4 }), 1);
    assert.equal(exitCodeOf(NOTHING), 1);
  });
});
