/**
 * How machines are given back to the provider, and what is forgotten of any that leave.
 *
 * INVARIANTS
 * - What the cluster knew of a machine goes in one transaction; its place stays, for whoever has its name next.
 * - A member of etcd does not leave while others would miss it.
 */
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import type { Core, CurrentProvider } from './core.ts';
import type { EtcdKeeper } from './etcd/keeper.ts';
import { isNamed, type NodeRow } from './nodes/row.ts';
import { tagOf } from './provision.ts';
import { CLUSTER_KEY } from './revisions.ts';
import type { IntentRow, PlaceRow } from './rows.ts';
import type { State } from './state.ts';
import type { Transaction } from './store/store.ts';

export interface Parts {
  readonly options: { readonly clock: Clock };
  readonly state: State;
  readonly core: Core;
}

/** How long an operator is kept waiting for a machine to leave etcd, milliseconds. */
const LEAVE_MILLISECONDS = 90_000;

export interface LeavingParts extends Parts {
  readonly etcd: Pick<EtcdKeeper, 'refusalToLeave' | 'message'>;
}

/** What a name stands for: a member, a machine on its way, or one with both rows. */
interface Target {
  readonly name: string;
  readonly node: NodeRow | undefined;
  readonly intent: IntentRow | undefined;
  /** Of one that was reset. */
  readonly place: PlaceRow | undefined;
}

async function findTarget(state: State, machine: string): Promise<Target> {
  const node = (await state.nodes.list()).rows.map((row) => row.value).find((row) => isNamed(row, machine));
  const intent = (await state.intents.list()).rows
    .map((row) => row.value)
    .find((row) => [row.id, row.hostname, row.deviceId].includes(node?.deviceId ?? machine));
  const place = (await state.places.list()).rows
    .map((row) => row.value)
    .find((row) => row.deviceId !== undefined && [row.name, row.deviceId].includes(intent?.deviceId ?? machine));
  const name = node?.name ?? intent?.hostname ?? place?.name;
  if (name === undefined) throw new VentError('NOT_FOUND', `cannot find machine ${machine}`);
  return { name, node, intent, place };
}

/**
 * A member of etcd is marked, and goes when it has left etcd, also if the coordinator is killed meanwhile.
 * @returns the name of what went
 * @throws VentError NOT_FOUND; ETCD_REFUSED naming the rule; DEADLINE when it takes longer, and goes on
 */
export async function deprovision(parts: LeavingParts, machine: string, actor: string): Promise<string> {
  const { state } = parts;
  const target = await findTarget(state, machine);
  const { name, node } = target;
  if (node === undefined || !(await mustLeaveEtcd(state, node))) {
    await giveBack(parts, target, actor);
    return name;
  }
  const refusal = node.leaving === undefined ? await parts.etcd.refusalToLeave(node) : undefined;
  if (refusal !== undefined)
    throw new VentError('ETCD_REFUSED', `cannot deprovision ${name}: ${refusal}`, { retry: 'backoff' });
  await leaveEtcd(parts, node, { leaving: actor, leavesFor: 'provider' }, (row) => row === undefined);
  return name;
}

/** Whether it may be a member of etcd that others would miss; the last machine takes etcd with it. */
export async function mustLeaveEtcd(state: State, node: NodeRow): Promise<boolean> {
  if (!node.roles.includes('etcd') || !(await state.revisions.cluster()).etcdFormed) return false;
  const { rows } = await state.nodes.list();
  return rows.some(({ value }) => value.id !== node.id && value.resettingSince === undefined);
}

/**
 * Marks the machine and waits until it has left etcd.
 * @param isOver whether its row says so
 * @throws VentError DEADLINE when it takes longer, and goes on
 */
export async function leaveEtcd(
  { state, core, etcd }: LeavingParts,
  node: NodeRow,
  mark: Required<Pick<NodeRow, 'leaving' | 'leavesFor'>>,
  isOver: (row: NodeRow | undefined) => boolean,
): Promise<void> {
  await state.nodes.update(node.id, (row) => (row === undefined ? undefined : { ...row, ...mark }));
  core.changes.notify();
  const limit = AbortSignal.timeout(LEAVE_MILLISECONDS);
  for await (const _ of core.changes.turns(limit)) if (isOver((await state.nodes.get(node.id))?.value)) return;
  throw new VentError('DEADLINE', `cannot take ${node.name} out of etcd yet: ${etcd.message() || 'it leaves etcd'}`, {
    hint: 'It goes on by itself; vent status says how far it is.',
  });
}

/** For a machine that has left etcd. */
export async function giveBackMember(parts: Parts, node: NodeRow): Promise<void> {
  await giveBack(parts, await findTarget(parts.state, node.id), node.leaving ?? 'coordinator');
}

async function giveBack(parts: Parts, target: Target, actor: string): Promise<void> {
  const { state, core } = parts;
  const end = await core.provisioning.take();
  try {
    const { name, node } = target;
    await removeDevices(core.provider, state, target, actor);
    await state.audit.transact(
      { actor: `operator:${actor}`, action: 'deprovision', subject: `machine:${name}`, result: 'done' },
      {
        compare: [],
        put: [...placesWithout(parts, target), ...(await unforming(state, node))],
        remove: await keysOf(parts, target),
      },
    );
    if (node !== undefined) core.connections.end(node.id);
    core.documents.refresh();
    core.changes.notify();
  } finally {
    end();
  }
}

/** The token first, so that nothing enrols meanwhile; also what an unanswered create call may have made. */
async function removeDevices(
  provider: CurrentProvider,
  state: State,
  { node, intent, place }: Target,
  actor: string,
): Promise<void> {
  if (intent !== undefined) {
    const isThere = (await state.tokens.get(intent.tokenId)) !== undefined;
    if (isThere) await state.tokens.revoke(intent.tokenId, `operator:${actor}`);
  }
  const known = node?.deviceId ?? intent?.deviceId ?? place?.deviceId;
  const isUnsure = known === undefined && intent !== undefined && intent.refused !== true;
  const found = isUnsure ? await provider.get().tagged(tagOf(intent.id)) : [];
  for (const id of known === undefined ? found.map((device) => device.id) : [known]) await provider.get().remove(id);
}

/** Of everything that is known of a machine, its place apart. */
export async function keysOf(
  { state, core: { rollouts } }: Parts,
  { node, intent }: Pick<Target, 'node' | 'intent'>,
): Promise<readonly string[]> {
  const ofNode =
    node === undefined
      ? []
      : [
          ...state.nodes.keysOf(node),
          state.documents.keyOf(node.id),
          state.progress.keyOf(node.id),
          ...(await state.drift.keysOf(node.id)),
          ...rollouts.keysOf(node.id),
        ];
  return [...ofNode, ...(intent === undefined ? [] : [state.intents.keyOf(intent.id)])];
}

/** The device is gone; its place is not. */
function placesWithout({ options, state }: Parts, { node, place }: Target): NonNullable<Transaction['put']> {
  const left = node === undefined ? place : placeOf(node, options.clock.now());
  if (left === undefined) return [];
  const { deviceId: _, ...rest } = left;
  return [state.places.writing(left.name, rest)];
}

export function placeOf({ name, deviceId, pool, podCIDR }: NodeRow, now: number): PlaceRow {
  const leftAt = new Date(now).toISOString();
  return { name, deviceId, pool, leftAt, ...(podCIDR === undefined ? {} : { podCIDR }) };
}

/** With its last member gone, etcd is formed anew by the next. */
export async function unforming(state: State, node: NodeRow | undefined): Promise<NonNullable<Transaction['put']>> {
  if (node?.etcd === undefined) return [];
  const { rows } = await state.nodes.list();
  const cluster = await state.revisions.clusters.get(CLUSTER_KEY);
  const isLast = !rows.some(({ value }) => value.etcd !== undefined && value.id !== node.id);
  if (!isLast || cluster === undefined) return [];
  return [state.revisions.clusters.writing(CLUSTER_KEY, { ...cluster.value, etcdFormed: false })];
}
