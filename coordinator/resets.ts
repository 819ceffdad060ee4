/**
 * How machines are reset and kept: nothing of Vent is left on them.
 *
 * INVARIANTS
 * - A member of etcd leaves it first, as long as no rule forbids that.
 * - One that was reset by force is forgotten only when its member is out of etcd, so that none is left without a machine.
 */
import { VentError } from '../shared/errors.ts';
import { keysOf, type LeavingParts, leaveEtcd, mustLeaveEtcd, type Parts, placeOf, unforming } from './departures.ts';
import { findNode, type NodeRow } from './nodes/row.ts';

export interface ResetRequest {
  /** Name, device id or uuid. */
  readonly machine: string;
  /** Also where a rule of etcd protects others. */
  readonly force: boolean;
  readonly dryRun: boolean;
  /** Nothing is done or asked of the machine. */
  readonly onlyCheck: boolean;
}

export interface ResetOrdered {
  readonly machine: string;
  /** `kind:name: sentence`, for a dry run. */
  readonly steps: readonly string[];
  readonly isConnected: boolean;
  readonly runsPods: boolean;
}

/** What a machine undoes when its document holds nothing. */
const NOTHING = new TextEncoder().encode('[]');

/**
 * Marks the machine as one that is reset, which holds when it is away, and tells it when it is not.
 * @throws VentError NOT_FOUND for what is no member, RESET_REFUSED naming the rule of etcd; DEADLINE when leaving etcd takes longer, and goes on; for a dry run UNAVAILABLE
 */
export async function orderReset(parts: LeavingParts, request: ResetRequest, actor: string): Promise<ResetOrdered> {
  const { state, core, etcd } = parts;
  const node = await findNode(state.nodes, request.machine);
  const isMember = node.resettingSince === undefined && (await mustLeaveEtcd(state, node));
  const refusal = isMember ? await etcd.refusalToLeave(node) : undefined;
  if (refusal !== undefined && !request.force) throw refused(node, refusal);
  const ordered = {
    machine: node.name,
    steps: [],
    isConnected: core.connections.live(node.id)?.isConnected === true,
    runsPods: node.podCIDR !== undefined,
  };
  const leavesFirst = isMember && refusal === undefined;
  if (request.onlyCheck) return ordered;
  if (request.dryRun) {
    const first = leavesFirst ? ['etcd:member: leave etcd, the lead moved to another member before'] : [];
    return { ...ordered, steps: [...first, ...(await planReset(parts, node))] };
  }
  if (leavesFirst) {
    const hasBegun = (row: NodeRow | undefined): boolean => row?.resettingSince !== undefined || row === undefined;
    await leaveEtcd(parts, node, { leaving: actor, leavesFor: 'reset' }, hasBegun);
  } else await beginReset(parts, node, actor, request.force);
  return ordered;
}

function refused({ name }: NodeRow, refusal: string): VentError {
  return new VentError('RESET_REFUSED', `cannot reset ${name}: ${refusal}`, {
    hint: 'Do what the rule asks for; --lose-member resets it all the same, and may cost etcd its quorum.',
    retry: 'backoff',
  });
}

async function planReset({ core }: Parts, node: NodeRow): Promise<readonly string[]> {
  const { resources } = await core.connections.ask(node.id, NOTHING);
  return resources.flatMap(({ id, sentences }) => sentences.map((sentence) => `${id}: ${sentence}`));
}

/** For a machine that others do not miss in etcd, or are to miss. */
export async function beginReset(
  { options, state, core }: Parts,
  node: NodeRow,
  actor: string,
  isForced: boolean,
): Promise<void> {
  const now = new Date(options.clock.now()).toISOString();
  await state.nodes.update(node.id, (row) => {
    if (row === undefined) return undefined;
    const { leaving: _, leavesFor: __, ...rest } = row;
    return { ...rest, resettingSince: row.resettingSince ?? now, held: true };
  });
  const result = `done: ordered${isForced ? ', forced' : ''}`;
  await state.audit.append({ actor: `operator:${actor}`, action: 'reset', subject: `node:${node.id}`, result });
  core.connections.sendReset(node.id);
  core.changes.notify();
}

/**
 * A machine says that nothing is left on it: its identity is forgotten, its name and its share of the pod CIDR are kept for
 * it. What may still be a member of etcd is removed from it first.
 */
export async function leave(parts: Parts, node: NodeRow): Promise<void> {
  const { state, core } = parts;
  if (!(await mustLeaveEtcd(state, node))) return await forget(parts, node);
  const mark = { leaving: node.leaving ?? `node:${node.name}`, leavesFor: 'nowhere' } as const;
  await state.nodes.update(node.id, (row) => (row === undefined ? undefined : { ...row, ...mark, banned: true }));
  core.connections.end(node.id);
  core.changes.notify();
}

/** For a machine that was reset and is no member of etcd. */
export async function forget(parts: Parts, node: NodeRow): Promise<void> {
  const { options, state, core } = parts;
  await state.audit.transact(
    { actor: `node:${node.id}`, action: 'leave', subject: `machine:${node.name}`, result: 'done' },
    {
      compare: [],
      put: [state.places.writing(node.name, placeOf(node, options.clock.now())), ...(await unforming(state, node))],
      remove: await keysOf(parts, { node, intent: undefined }),
    },
  );
  core.connections.end(node.id);
  core.documents.refresh();
  core.changes.notify();
}
