/**
 * Whether the members of etcd may be changed now: a pure function, one named rule per operation. Quorum is never Vent's
 * to lose; a refusal names its rule and what would satisfy it.
 */

/** A member as far as it is known now. */
export interface Member {
  readonly id: string;
  /** Of its machine. */
  readonly name: string;
  readonly isLearner: boolean;
  /** It answered a read through a quorum or, a learner, said its state. */
  readonly answers: boolean;
  /** Raft entries that it lacks, compared with whoever has most; undefined unless it answers. */
  readonly lag: number | undefined;
}

export interface Membership {
  readonly members: readonly Member[];
  /** Open alarms: `NOSPACE`, `CORRUPT`. */
  readonly alarms: readonly string[];
}

export type Intention =
  | { readonly type: 'add' }
  | { readonly type: 'promote'; readonly member: string }
  /** Stop a member for a while, or for good although it is well. */
  | { readonly type: 'restart' | 'remove'; readonly member: string }
  /** Let it answer nobody for a while, without a restart: defragmenting does. It is what an alarm about space asks for. */
  | { readonly type: 'pause'; readonly member: string }
  /** It is away for good. */
  | { readonly type: 'remove-dead'; readonly member: string };

/** A member further behind than this many entries has not caught up. */
export const SMALL_LAG = 1000;

/** Where nobody can say who is a member. */
export const NO_QUORUM =
  'no member of etcd that has a quorum answers [etcd-quorum]: bring members back until most of them run';

/** Voters that must answer of so many. */
export function quorumOf(voters: number): number {
  return Math.floor(voters / 2) + 1;
}

/** @returns why not, `... [rule]: ...`; undefined when it may be done */
export function refuseIntention(intention: Intention, { members, alarms }: Membership): string | undefined {
  const voters = members.filter((member) => !member.isLearner);
  const learners = members.filter((member) => member.isLearner);
  switch (intention.type) {
    case 'add':
      return (
        findAlarm('etcd-add', alarms) ??
        findLearner('etcd-add', learners) ??
        findSilent('etcd-add', 'every member must answer before one is added', voters)
      );
    case 'promote':
      return (
        findAlarm('etcd-promote', alarms) ??
        findSilent('etcd-promote', 'every member must answer before a learner may vote', voters) ??
        findBehind(learners.filter(({ id }) => id === intention.member))
      );
    case 'restart':
    case 'remove':
      return refuseStop(intention.type, intention.member, { members, alarms });
    case 'pause':
      return findSilent(
        'etcd-pause',
        'every other member must answer before one pauses',
        voters.filter(({ id }) => id !== intention.member),
      );
    case 'remove-dead':
      return refuseBurial(intention.member, voters);
  }
}

function refuseStop(type: 'restart' | 'remove', id: string, { members, alarms }: Membership): string | undefined {
  const voters = members.filter((member) => !member.isLearner);
  const subject = members.find((member) => member.id === id);
  // A learner counts for nothing.
  if (subject === undefined || subject.isLearner) return undefined;
  const rest = voters.filter((member) => member.id !== id);
  if (rest.length === 0)
    return type === 'remove'
      ? 'the only member of etcd is not removed [etcd-one-member]: let another machine join first or, if the whole cluster goes, have every other machine leave before it'
      : undefined;
  if (rest.length === 1)
    return `of two members of etcd neither is ${type === 'remove' ? 'removed' : 'restarted'} while both are well [etcd-two-members]: let a third one join first`;
  const rule = `etcd-${type}`;
  const sentence = `every other member of etcd must answer before one is ${type === 'remove' ? 'removed' : 'restarted'}`;
  const others = members.filter((member) => member.isLearner && member.id !== id);
  return (
    findAlarm(rule, alarms) ??
    findLearner(rule, others) ??
    findSilent(rule, sentence, rest) ??
    findBehind(rest.filter(({ lag }) => lag !== undefined))
  );
}

/** It need not answer; those who do must be a majority of the whole. */
function refuseBurial(id: string, voters: readonly Member[]): string | undefined {
  if (!voters.some((member) => member.id === id)) return undefined;
  const answering = voters.filter((member) => member.answers && member.id !== id).length;
  const needed = quorumOf(voters.length);
  if (answering >= needed) return undefined;
  return `a dead member of etcd is removed while a majority answers [etcd-remove-dead]: ${answering} of ${voters.length} do, and ${needed} are needed; bring one back, or restore a snapshot`;
}

function findAlarm(rule: string, alarms: readonly string[]): string | undefined {
  const [alarm] = alarms;
  return alarm && `no alarm may be open [${rule}]: etcd has ${alarm}; make room or replace the member, then disarm it`;
}

function findLearner(rule: string, [learner]: readonly Member[]): string | undefined {
  return learner && `one member joins at a time [${rule}]: ${learner.name} is still learning`;
}

function findSilent(rule: string, sentence: string, voters: readonly Member[]): string | undefined {
  const silent = voters.find((member) => !member.answers);
  return silent && `${sentence} [${rule}]: ${silent.name} does not; bring it back, or deprovision it if it is gone`;
}

function findBehind(members: readonly Member[]): string | undefined {
  const behind = members.find((member) => member.lag === undefined || member.lag > SMALL_LAG);
  if (behind === undefined) return undefined;
  const distance = behind.lag === undefined ? 'it has not said how far it is' : `it lacks ${behind.lag} entries`;
  return `a member must have caught up first [etcd-lag]: ${behind.name}: ${distance}`;
}
