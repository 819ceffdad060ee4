import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { quorumOf } from '../../../coordinator/etcd/guard.ts';
import {
  type EtcdMachine,
  type EtcdState,
  type Move,
  nextMembershipMove,
  type SeenMember,
} from '../../../coordinator/etcd/membership.ts';

const ROLLS = 1000;

/** A machine of number n: m1, m2, ... */
function machine(n: number, changed: Partial<EtcdMachine> = {}): EtcdMachine {
  return {
    nodeId: `node-${n}`,
    name: `m${n}`,
    peerUrl: `https://10.0.0.${n}:2380`,
    hasJoined: true,
    votes: true,
    isLeaving: false,
    isGone: false,
    isConnected: true,
    letsThrough: true,
    ...changed,
  };
}

function member(n: number, changed: Partial<SeenMember> = {}): SeenMember {
  return {
    id: String(n),
    name: `m${n}`,
    peerUrl: `https://10.0.0.${n}:2380`,
    isLearner: false,
    isLeader: n === 1,
    answers: true,
    lag: 0,
    ...changed,
  };
}

const NEW = { hasJoined: false, votes: false } as const;

function moveOf(
  machines: readonly EtcdMachine[],
  members: readonly SeenMember[],
  alarms: readonly string[] = [],
): Move {
  return nextMembershipMove({ machines, members, alarms });
}

function actionOf(move: Move): unknown {
  return move.type === 'operate' ? { on: move.on.name, ...move.action } : move;
}

describe('the next change of members', () => {
  it('is none while members are what machines are declared', () => {
    assert.deepEqual(moveOf([machine(1), machine(2), machine(3)], [member(1), member(2), member(3)]), { type: 'none' });
  });

  it('adds a new machine as a learner, on the leader', () => {
    assert.deepEqual(actionOf(moveOf([machine(1), machine(2, NEW)], [member(1)])), {
      on: 'm1',
      type: 'etcd-add-learner',
      peerUrl: 'https://10.0.0.2:2380',
    });
  });

  it('forgets machines that were reset by force when nobody is left to be asked', () => {
    const gone = { isLeaving: true, isGone: true };
    const move = moveOf([machine(1, gone), machine(2, gone), machine(3, NEW)], []);
    assert.deepEqual([move.type, move.type === 'release' && move.machine.name], ['release', 'm1']);
    assert.equal(moveOf([machine(1, gone), machine(2)], []).type, 'wait');
  });

  it('waits until the others let the new machine through', () => {
    const move = moveOf([machine(1, { letsThrough: false }), machine(2, NEW)], [member(1)]);
    assert.deepEqual(move, { type: 'wait', message: 'waits until m1 has taken up that m2 is there' });
  });

  it('stores how it joins once it is a member, with everybody who is one', () => {
    const members = [member(1), member(2, { name: '', isLearner: true, answers: false, lag: undefined })];
    const move = moveOf([machine(1), machine(2, NEW)], members);
    assert.equal(move.type === 'join' ? move.initialCluster : '', 'm1=https://10.0.0.1:2380,m2=https://10.0.0.2:2380');
  });

  it('waits for the learner to start and to catch up, then lets it vote, and records it', () => {
    const machines = [machine(1), machine(2, { votes: false })];
    const learner = (changed: Partial<SeenMember>) =>
      moveOf(machines, [member(1), member(2, { isLearner: true, ...changed })]);
    assert.equal(learner({ answers: false, lag: undefined }).type, 'wait');
    assert.match(JSON.stringify(learner({ lag: 5000 })), /it lacks 5000 entries/);
    assert.deepEqual(actionOf(learner({})), { on: 'm1', type: 'etcd-promote', member: '2' });
    assert.equal(moveOf(machines, [member(1), member(2)]).type, 'record');
  });

  it('adds one after the other', () => {
    const members = [member(1), member(2, { isLearner: true, answers: false })];
    const move = moveOf([machine(1), machine(2, { votes: false }), machine(3, NEW)], members);
    assert.deepEqual(move, { type: 'wait', message: 'waits until the member on m2 has started' });
  });

  it('tells API servers of voting members once nobody is left to be added', () => {
    const machines = [machine(1), machine(2, { votes: false }), machine(3, NEW)];
    assert.deepEqual(actionOf(moveOf(machines, [member(1), member(2)])), {
      on: 'm1',
      type: 'etcd-add-learner',
      peerUrl: 'https://10.0.0.3:2380',
    });
    const joined = [machine(1), machine(2, { votes: false }), machine(3, { votes: false })];
    const move = moveOf(joined, [member(1), member(2), member(3)]);
    assert.deepEqual(move.type === 'record' ? move.machines.map(({ name }) => name) : move, ['m2', 'm3']);
  });
});

describe('a machine that is given back', () => {
  const leaving = { isLeaving: true };

  it('is removed from etcd by another, and goes when it is no member', () => {
    const machines = [machine(1), machine(2), machine(3, leaving)];
    const members = [member(1), member(2), member(3)];
    assert.deepEqual(actionOf(moveOf(machines, members)), { on: 'm1', type: 'etcd-remove', member: '3' });
    assert.equal(moveOf(machines, members.slice(0, 2)).type, 'release');
  });

  it('gives the lead away first', () => {
    const machines = [machine(1, leaving), machine(2), machine(3)];
    const move = moveOf(machines, [member(1), member(2), member(3)]);
    assert.deepEqual(actionOf(move), { on: 'm1', type: 'etcd-move-leader', member: '2' });
  });

  it('is removed while it is dead, if the others are a majority', () => {
    const machines = [machine(1), machine(2), machine(3, leaving)];
    const dead = member(3, { answers: false, lag: undefined });
    assert.deepEqual(actionOf(moveOf(machines, [member(1), member(2), dead])), {
      on: 'm1',
      type: 'etcd-remove',
      member: '3',
    });
    const move = moveOf([machine(1), machine(2, leaving)], [member(1), member(2, { answers: false })]);
    assert.match(JSON.stringify(move), /\[etcd-remove-dead\]: 1 of 2 do, and 2 are needed/);
  });

  it('stays while another member is away', () => {
    const machines = [machine(1), machine(2), machine(3, leaving)];
    const move = moveOf(machines, [member(1), member(2, { answers: false }), member(3)]);
    assert.match(JSON.stringify(move), /\[etcd-remove\]: m2 does not; bring it back/);
  });
});

/** A cluster as it would be: members with their health, and what a move does to them. */
interface World {
  machines: EtcdMachine[];
  members: SeenMember[];
}

function hasQuorum({ members }: World): boolean {
  const voters = members.filter(({ isLearner }) => !isLearner);
  return voters.filter(({ answers }) => answers).length >= quorumOf(voters.length);
}

function change(world: World, nodeId: string, changed: Partial<EtcdMachine>): void {
  world.machines = world.machines.map((one) => (one.nodeId === nodeId ? { ...one, ...changed } : one));
}

function perform(world: World, move: Move): void {
  if (move.type === 'join') {
    change(world, move.machine.nodeId, { hasJoined: true });
    world.members = world.members.map((one) =>
      one.peerUrl === move.machine.peerUrl ? { ...one, answers: true, lag: 0 } : one,
    );
  } else if (move.type === 'record') for (const { nodeId } of move.machines) change(world, nodeId, { votes: true });
  else if (move.type === 'release') world.machines = world.machines.filter((one) => one !== move.machine);
  else if (move.type === 'operate') operate(world, move.action);
}

function operate(world: World, action: Extract<Move, { type: 'operate' }>['action']): void {
  switch (action.type) {
    case 'etcd-add-learner': {
      const n = Number(/\.(\d+):/.exec(action.peerUrl)?.[1]);
      world.members.push(member(n, { isLearner: true, answers: false, lag: undefined, isLeader: false }));
      return;
    }
    case 'etcd-promote':
      world.members = world.members.map((one) => (one.id === action.member ? { ...one, isLearner: false } : one));
      return;
    case 'etcd-remove':
      world.members = world.members.filter((one) => one.id !== action.member);
      return;
    case 'etcd-move-leader':
      world.members = world.members.map((one) => ({ ...one, isLeader: one.id === action.member }));
      return;
    default:
      assert.fail(`nobody asked for ${action.type}`);
  }
}

/** As etcd does: whoever leads and is well goes on, else another one that is well. */
function elect(world: World): void {
  const able = world.members.filter(({ isLearner, answers }) => !isLearner && answers);
  const leader = hasQuorum(world) ? (able.find(({ isLeader }) => isLeader) ?? able[0]) : undefined;
  world.members = world.members.map((one) => ({ ...one, isLeader: one.id === leader?.id }));
}

const event = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ type: 'look' as const, n: 0 }) },
  fc.record({
    type: fc.constantFrom('arrive' as const, 'leave' as const, 'sick' as const, 'well' as const),
    n: fc.nat(),
  }),
);

function happen(world: World, { type, n }: { readonly type: string; readonly n: number }): void {
  const pick = <T>(list: readonly T[]): T | undefined => list[n % Math.max(1, list.length)];
  if (type === 'arrive') world.machines.push(machine(Math.max(0, ...world.machines.map(numberOf)) + 1, NEW));
  if (type === 'leave') change(world, pick(world.machines)?.nodeId ?? '', { isLeaving: true });
  const subject = pick(world.members)?.id;
  if (type === 'sick' || type === 'well') {
    world.members = world.members.map((one) => {
      const hasStarted = world.machines.some((on) => on.peerUrl === one.peerUrl && on.hasJoined);
      return one.id === subject && hasStarted
        ? { ...one, answers: type === 'well', lag: type === 'well' ? 0 : undefined }
        : one;
    });
  }
}

function numberOf({ name }: EtcdMachine): number {
  return Number(name.slice(1));
}

describe('quorum', () => {
  it(`is lost by no move, in ${ROLLS} random rolls with random sick members`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(event, { minLength: 10, maxLength: 80 }), (size, events) => {
        const numbers = Array.from({ length: size }, (_, index) => index + 1);
        const world: World = { machines: numbers.map((n) => machine(n)), members: numbers.map((n) => member(n)) };
        for (const one of events) {
          happen(world, one);
          elect(world);
          const before = hasQuorum(world);
          const state: EtcdState = { ...world, members: before ? world.members : [], alarms: [] };
          perform(world, nextMembershipMove(state));
          if (before) assert.ok(hasQuorum(world), 'a move lost the quorum');
          assert.ok(world.members.filter(({ isLearner }) => isLearner).length <= 1, 'two learners at once');
        }
      }),
      { numRuns: ROLLS },
    );
  });

  it('comes to what is declared once everybody is well', () => {
    fc.assert(
      fc.property(fc.constantFrom(1, 3, 5), fc.constantFrom(3, 5, 7), (from, to) => {
        const numbers = Array.from({ length: Math.max(from, to) }, (_, index) => index + 1);
        const world: World = {
          machines: numbers.map((n) => machine(n, n > from ? NEW : n > to ? { isLeaving: true } : {})),
          members: numbers.slice(0, from).map((n) => member(n)),
        };
        for (let turn = 0; turn < 60; turn += 1) perform(world, nextMembershipMove({ ...world, alarms: [] }));
        assert.deepEqual(
          world.members.filter(({ isLearner }) => !isLearner).map(({ id }) => Number(id)),
          numbers.slice(0, to),
        );
        assert.deepEqual(world.machines.map(numberOf), numbers.slice(0, to));
      }),
    );
  });
});
