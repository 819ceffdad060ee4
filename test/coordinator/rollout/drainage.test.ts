import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { describe, it } from 'node:test';
import type { Rendering } from '../../../coordinator/documents.ts';
import type { DrainRow } from '../../../coordinator/drain/rows.ts';
import { decideDrains, type Steps } from '../../../coordinator/rollout/drainage.ts';
import type { Moves, RolloutMachine } from '../../../coordinator/rollout/moves.ts';

const [W1, W2, W3]: readonly [string, string, string] = [randomUUID(), randomUUID(), randomUUID()];
const NAMES = new Map<string, string>([
  [W1, 'w1'],
  [W2, 'w2'],
  [W3, 'w3'],
]);
const NOW = '2030-01-01T00:00:00.000Z';
const MOVE: Moves = { move: [W1, W2], settle: [], failure: undefined, isDone: false, message: '', lookAt: undefined };

function rendering(id: string, kubelet: string): Rendering {
  const base = { nodeId: id, name: NAMES.get(id) ?? id, roles: ['worker'] as const, revision: 1, waitsFor: undefined };
  const artifact = {
    kind: 'artifact',
    name: 'kubelet',
    sha256: 'a'.repeat(64),
    size: 1,
    path: '/opt/vent/bin/kubelet',
  };
  return {
    ...base,
    components: [{ name: 'kubelet', resources: [{ ...artifact, kind: 'artifact', version: kubelet }] }],
  };
}

const STEPS: Steps = new Map(
  [W1, W2, W3].map((id) => [id, { present: rendering(id, '1.36.3'), newest: rendering(id, '1.37.2') }]),
);
const PATCH: Steps = new Map(
  [W1, W2, W3].map((id) => [id, { present: rendering(id, '1.36.3'), newest: rendering(id, '1.36.4') }]),
);

function row(nodeId: string, phase: DrainRow['phase'], change: Partial<DrainRow> = {}): readonly [string, DrainRow] {
  const times = { since: NOW, deadline: NOW };
  const what = { who: 'all', reason: 'kubelet goes from 1.36.3 to 1.37.2', force: false } as const;
  const base = { nodeId, name: NAMES.get(nodeId) ?? '', revision: 2, hasCordoned: true, message: '' };
  return [nodeId, { ...base, ...what, ...times, phase, ...change }];
}

function machine(id: string, change: Partial<RolloutMachine> = {}): RolloutMachine {
  const base = { id, name: NAMES.get(id) ?? id, roles: ['worker'] as const, isPending: true, movedAt: undefined };
  const state = {
    isSettled: false,
    complaint: undefined,
    wellSince: 0,
    hasFailed: false,
    isHeld: false,
    isDraining: false,
  };
  return { ...base, ...state, isConnected: true, ...change };
}

const MACHINES = [W1, W2, W3].map((id) => machine(id));
const decide = (rows: readonly (readonly [string, DrainRow])[], moves = MOVE, machines = MACHINES, steps = STEPS) =>
  decideDrains(moves, moves.move, machines, steps, new Map(rows), 2);

describe('drains of a roll-out', () => {
  it('hold the wave back until every machine of it is empty', () => {
    const first = decide([]);
    assert.deepEqual([first.open.map(({ name }) => name), first.moves.move], [['w1', 'w2'], []]);
    assert.equal(first.moves.message, 'drains w1, w2: kubelet goes from 1.36.3 to 1.37.2');
    const kept = decide([row(W1, 'left'), row(W2, 'leaving', { message: 'a/b is kept by a disruption budget' })]);
    assert.deepEqual([kept.open, kept.moves.move], [[], []]);
    assert.equal(kept.moves.message, 'drains w2: a/b is kept by a disruption budget');
    assert.deepEqual(decide([row(W1, 'left'), row(W2, 'left')]).moves.move, [W1, W2]);
  });

  it('are none where no pod would notice', () => {
    const decision = decide([], MOVE, MACHINES, PATCH);
    assert.deepEqual([decision.open, decision.moves], [[], MOVE]);
  });

  it('end once the machine moved and is well, and not before', () => {
    const moved = (complaint: string | undefined) => [machine(W1, { movedAt: 1, complaint }), machine(W2)];
    const none = { ...MOVE, move: [] };
    assert.deepEqual(decide([row(W1, 'left')], none, moved('waits for its document')).release, []);
    assert.deepEqual(decide([row(W1, 'left')], none, moved(undefined)).release, [W1]);
  });

  it('fail the roll-out when pods have not left in time, and all machines take pods again', () => {
    const message = 'cannot drain w2 in time: a/b is kept by a disruption budget';
    const decision = decide([row(W1, 'left'), row(W2, 'stuck', { message })]);
    assert.deepEqual(decision.moves.failure, { id: W2, reason: message });
    assert.deepEqual([decision.moves.move, decision.release], [[], [W1, W2]]);
  });

  it('give a machine back that is no longer to move, and wait until that is done before they take it again', () => {
    assert.deepEqual(decide([row(W3, 'leaving')], { ...MOVE, move: [] }).release, [W3]);
    const again = decide([row(W1, 'returning'), row(W2, 'left')]);
    assert.deepEqual([again.open, again.moves.move], [[], []]);
  });

  it('stay as they are while a gate is closed', () => {
    const closed = { ...MOVE, move: [] };
    const rows = new Map([row(W1, 'left'), row(W2, 'leaving'), row(W3, 'left')]);
    assert.deepEqual(decideDrains(closed, MOVE.move, MACHINES, STEPS, rows, 2).release, [W3]);
  });

  it('of an earlier revision count for nothing', () => {
    const decision = decide([row(W1, 'left', { revision: 1 }), row(W2, 'left')]);
    assert.deepEqual([decision.open.map(({ name }) => name), decision.moves.move], [['w1'], []]);
  });
});
