import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type DriftFold, foldDrift } from '../../../agent/drift/entries.ts';
import type { AgentEvent } from '../../../agent/events.ts';

const FILE = { id: 'file:/etc/vent/x', component: 'a' };
const step = (sentence: string): AgentEvent => ({ type: 'step-started', ...FILE, sentence, isWait: false });
const left = (...sentences: readonly string[]): AgentEvent => ({
  type: 'drift-left',
  ...FILE,
  policy: 'report',
  sentences,
});
const at = (second: number): string => new Date(Date.UTC(2030, 0, 1) + second * 1000).toISOString();

function fold(...events: readonly (readonly [AgentEvent, boolean, number])[]): DriftFold {
  return events.reduce<DriftFold>(
    (state, [event, hasConverged, second]) => foldDrift(state, event, hasConverged, at(second)),
    {
      entries: [],
      left: new Map(),
    },
  );
}

describe('the foreign changes a report carries', () => {
  it('are steps after the generation was converged, not those that make it so', () => {
    const { entries } = fold([step('write a'), false, 0], [step('write b'), true, 1]);
    assert.deepEqual(entries, [{ at: at(1), ...FILE, policy: 'repair', what: 'write b' }]);
  });

  it('name the same change once a minute at most', () => {
    const { entries } = fold([step('write a'), true, 0], [step('write a'), true, 59], [step('write a'), true, 61]);
    assert.deepEqual(
      entries.map((entry) => entry.at),
      [at(0), at(61)],
    );
  });

  it('name what is left once, as long as it stays the same, and again after it was put right', () => {
    const good: AgentEvent = { type: 'resource-converged', ...FILE, steps: 0 };
    const seen = fold(
      [left('write x'), true, 0],
      [left('write x'), true, 300],
      [left('write x', 'chmod x'), true, 600],
    );
    assert.deepEqual(
      seen.entries.map(({ what }) => what),
      ['write x', 'write x; chmod x'],
    );
    assert.equal(seen.left.size, 1);
    assert.equal(foldDrift(seen, good, true, at(700)).left.size, 0);
    assert.equal(foldDrift(seen, { ...good, isLeft: true }, true, at(700)).left.size, 1);
  });

  it('are the newest twenty', () => {
    const many = Array.from({ length: 30 }, (_, index): readonly [AgentEvent, boolean, number] => [
      step(`write ${index}`),
      true,
      index,
    ]);
    const { entries } = fold(...many);
    assert.deepEqual([entries.length, entries[0]?.what, entries.at(-1)?.what], [20, 'write 10', 'write 29']);
  });
});
