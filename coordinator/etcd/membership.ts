/**
 * Which change of etcd's members comes next: a pure function of what the cluster has, so that properties can drive it and a
 * coordinator that was killed goes on where etcd is. One change at a time.
 *
 * INVARIANT (test/coordinator/etcd/membership.test.ts): no move makes a cluster that has its quorum lose it, whoever is sick.
 */
import type { OperationAction } from '../../shared/operation.ts';
import { type Intention, type Member, type Membership, NO_QUORUM, refuseIntention } from './guard.ts';

/** A machine whose role is etcd. */
export interface EtcdMachine {
  readonly nodeId: string;
  readonly name: string;
  readonly peerUrl: string;
  /** Its join parameters were stored. */
  readonly hasJoined: boolean;
  /** It was recorded that it votes. */
  readonly votes: boolean;
  readonly isLeaving: boolean;
  /** Nothing of Vent is on it any more; its member, if there is one, runs nowhere. */
  readonly isGone: boolean;
  readonly isConnected: boolean;
  /** Its input rules let every machine through that has come. */
  readonly letsThrough: boolean;
}

/** A member with the machine it is on. */
export interface SeenMember extends Member {
  readonly peerUrl: string;
  readonly isLeader: boolean;
}

export interface EtcdState extends Membership {
  readonly machines: readonly EtcdMachine[];
  readonly members: readonly SeenMember[];
}

export type Move =
  /** All is as declared. */
  | { readonly type: 'none' }
  | { readonly type: 'wait'; readonly message: string }
  /** Store how the machine joins, so that it gets its document. */
  | { readonly type: 'join'; readonly machine: EtcdMachine; readonly initialCluster: string; readonly message: string }
  /** Record that they vote, in one go: it changes the document of every API server. */
  | { readonly type: 'record'; readonly machines: readonly EtcdMachine[]; readonly message: string }
  /** It is no member, so the machine may go. */
  | { readonly type: 'release'; readonly machine: EtcdMachine; readonly message: string }
  | { readonly type: 'operate'; readonly on: EtcdMachine; readonly action: OperationAction; readonly message: string };

interface Look extends EtcdState {
  memberOf(machine: EtcdMachine): SeenMember | undefined;
  machineOf(member: SeenMember): EtcdMachine | undefined;
}

export function nextMembershipMove(state: EtcdState): Move {
  const look: Look = {
    ...state,
    memberOf: (machine) => state.members.find((member) => member.peerUrl === machine.peerUrl),
    machineOf: (member) => state.machines.find((machine) => machine.peerUrl === member.peerUrl),
  };
  if (state.members.length === 0) return forgetGone(look) ?? { type: 'wait', message: NO_QUORUM };
  return removeDead(look) ?? settle(look) ?? add(look) ?? record(look) ?? removeHealthy(look) ?? { type: 'none' };
}

/** Where every member has gone, nobody is left to be asked. */
function forgetGone({ machines }: Look): Move | undefined {
  const joined = machines.filter(({ hasJoined }) => hasJoined);
  const [machine] = joined.every(({ isGone }) => isGone) ? joined : [];
  return machine && { type: 'release', machine, message: `${machine.name} was the last member of etcd` };
}

/** Machines that leave and are no member, or whose member is away or never voted. */
function removeDead(look: Look): Move | undefined {
  for (const machine of look.machines.filter(({ isLeaving }) => isLeaving)) {
    const member = look.memberOf(machine);
    if (member === undefined) return { type: 'release', machine, message: `${machine.name} has left etcd` };
    if (member.isLearner || !member.answers) return remove(look, machine, member, 'remove-dead');
  }
  return undefined;
}

/** Whoever is on its way goes all of it before the next begins. */
function settle(look: Look): Move | undefined {
  for (const machine of look.machines.filter(({ isLeaving }) => !isLeaving)) {
    const member = look.memberOf(machine);
    if (member === undefined) continue;
    if (!machine.hasJoined) {
      const initialCluster = initialClusterOf(look, machine);
      return { type: 'join', machine, initialCluster, message: `${machine.name} joins etcd` };
    }
    if (member.isLearner) return promote(look, machine, member);
  }
  return undefined;
}

/** After the last has joined: API servers restart to be told of voting members, which the next one would wait for. */
function record(look: Look): Move | undefined {
  const machines = look.machines.filter((one) => !one.isLeaving && !one.votes && look.memberOf(one) !== undefined);
  if (machines.length === 0) return undefined;
  const names = machines.map(({ name }) => name).join(' and ');
  return { type: 'record', machines, message: `${names} ${machines.length === 1 ? 'votes' : 'vote'} in etcd` };
}

function promote(look: Look, machine: EtcdMachine, member: SeenMember): Move {
  if (!member.answers) return { type: 'wait', message: `waits until the member on ${machine.name} has started` };
  const action = { type: 'etcd-promote', member: member.id } as const;
  return operate(look, { type: 'promote', member: member.id }, action, `lets ${machine.name} vote`);
}

function add(look: Look): Move | undefined {
  const machine = look.machines.find((one) => !one.isLeaving && look.memberOf(one) === undefined && !one.hasJoined);
  if (machine === undefined) return undefined;
  // Its peers' rules must let it through, and they take up nothing new before they have converged.
  const behind = look.machines.find((one) => look.memberOf(one)?.answers === true && !one.letsThrough);
  if (behind !== undefined)
    return { type: 'wait', message: `waits until ${behind.name} has taken up that ${machine.name} is there` };
  const action = { type: 'etcd-add-learner', peerUrl: machine.peerUrl } as const;
  return operate(look, { type: 'add' }, action, `adds ${machine.name} as a learner`);
}

function removeHealthy(look: Look): Move | undefined {
  const machine = look.machines.find((one) => one.isLeaving && look.memberOf(one) !== undefined);
  const member = machine && look.memberOf(machine);
  return machine === undefined || member === undefined ? undefined : remove(look, machine, member, 'remove');
}

function remove(look: Look, machine: EtcdMachine, member: SeenMember, type: 'remove' | 'remove-dead'): Move {
  const refusal = refuseIntention({ type, member: member.id }, look);
  if (refusal !== undefined) return { type: 'wait', message: refusal };
  if (member.isLeader && member.answers) {
    const heir = findHeir(look, member.id);
    if (heir === undefined)
      return { type: 'wait', message: `nobody can lead etcd in the place of ${machine.name} [etcd-leader]` };
    const action = { type: 'etcd-move-leader', member: heir.id } as const;
    return {
      type: 'operate',
      on: machine,
      action,
      message: `moves the lead of etcd from ${machine.name} to ${heir.name}`,
    };
  }
  const action = { type: 'etcd-remove', member: member.id } as const;
  return operate(look, { type, member: member.id }, action, `removes ${machine.name} from etcd`, member.id);
}

/** Who could lead in the place of a member: one that answers and stays. @param id of the member */
export function findHeir(
  { members, machines }: Pick<EtcdState, 'members' | 'machines'>,
  id: string,
): SeenMember | undefined {
  const isLeaving = (member: SeenMember): boolean =>
    machines.find((machine) => machine.peerUrl === member.peerUrl)?.isLeaving === true;
  return members.find((one) => one.id !== id && one.answers && !one.isLearner && !isLeaving(one));
}

/** On the leader if it may be asked, else on any voter that answers. @param except id of the member that it is about */
function operate(look: Look, intention: Intention, action: OperationAction, message: string, except?: string): Move {
  const refusal = refuseIntention(intention, look);
  if (refusal !== undefined) return { type: 'wait', message: refusal };
  const able = voters(look).filter((member) => member.answers && member.id !== except);
  const executor = able.find(({ isLeader }) => isLeader) ?? able[0];
  const on = executor && look.machineOf(executor);
  if (on === undefined) return { type: 'wait', message: NO_QUORUM };
  return { type: 'operate', on, action, message };
}

function voters({ members }: Look): readonly SeenMember[] {
  return members.filter((member) => !member.isLearner);
}

/** Everybody who is a member now; etcd compares it with what it has when the new one starts. */
function initialClusterOf(look: Look, machine: EtcdMachine): string {
  const name = (member: SeenMember): string => look.machineOf(member)?.name ?? member.name;
  return look.members
    .map((member) => `${member.peerUrl === machine.peerUrl ? machine.name : name(member)}=${member.peerUrl}`)
    .toSorted()
    .join(',');
}
