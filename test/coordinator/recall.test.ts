import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createRecall } from '../../coordinator/recall.ts';

describe('what was made once', () => {
  it('is not made again from the same', () => {
    const recall = createRecall<object>();
    const row = {};
    const first = recall.made('a', [row, 'text'], () => ({}));
    assert.equal(
      recall.made('a', [row, 'text'], () => assert.fail('it was there')),
      first,
    );
  });

  it('is made again from another object, another text, fewer things, or under another name', () => {
    const recall = createRecall<object>();
    const row = {};
    let made = 0;
    const ask = (key: string, from: readonly unknown[]): unknown => recall.made(key, from, () => ({ made: ++made }));
    ask('a', [row, 'text']);
    ask('a', [{}, 'text']);
    ask('a', [row, 'text']);
    ask('a', [row, 'other']);
    ask('a', [row]);
    ask('b', [row]);
    assert.equal(made, 6);
  });

  it('is forgotten once a whole turn passed in which nobody asked for it', () => {
    const recall = createRecall<object>();
    const first = recall.made('a', [], () => ({}));
    recall.turn();
    assert.equal(
      recall.made('a', [], () => ({})),
      first,
    );
    recall.turn();
    recall.turn();
    assert.notEqual(
      recall.made('a', [], () => ({})),
      first,
    );
  });
});
