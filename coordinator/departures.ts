/**
 * How machines leave: given back to the provider, or reset and kept.
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

interface Parts {
  readonly options: { readonly clock: Clock };
  readonly state: State;
  readonly core: Core;
}

/** How long an operator is kept waiting for a machine to leave etcd, milliseconds. */
const LEAVE_MILLISECONDS = 90_000;

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
export async function deprovision(
  parts: Parts & { readonly etcd: EtcdKeeper },
  machine: string,
  actor: string,
): Promise<string> {
  const { state, core } = parts;
  const target = await findTarget(state, machine);
  const { node } = target;
  if (node?.roles.includes('etcd') !== true || !(await state.revisions.cluster()).etcdFormed) {
    await giveBack(parts, target, actor);
    return target.name;
  }
  const refusal = node.leaving === undefined ? await parts.etcd.refusalToLeave(node) : undefined;
  if (refusal !== undefined)
    throw new VentError('ETCD_REFUSED', `cannot deprovision ${node.name}: ${refusal}`, { retry: 'backoff' });
  await state.nodes.update(node.id, (row) => (row === undefined ? undefined : { ...row, leaving: actor }));
  core.changes.notify();
  const limit = AbortSignal.timeout(LEAVE_MILLISECONDS);
  for await (const _ of core.changes.turns(limit)) if ((await state.nodes.get(node.id)) === undefined) return node.name;
  throw new VentError('DEADLINE', `cannot deprovision ${node.name} yet: ${parts.etcd.message() || 'it leaves etcd'}`, {
    hint: 'It goes on by itself; vent status says how far it is.',
  });
}

/** The second half, for a machine that has left etcd. */
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
      { compare: [], put: placesWithout(parts, target), remove: await keysOf(parts, target) },
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

async function keysOf(
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
          rollouts.keyOf(node.id),
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

function placeOf({ name, deviceId, pool, podCIDR }: NodeRow, now: number): PlaceRow {
  const leftAt = new Date(now).toISOString();
  return { name, deviceId, pool, leftAt, ...(podCIDR === undefined ? {} : { podCIDR }) };
}

export interface ResetRequest {
  /** Name, device id or uuid. */
  readonly machine: string;
  /** Also where a rule protects others. */
  readonly force: boolean;
  readonly dryRun: boolean;
}

export interface ResetOrdered {
  readonly machine: string;
  /** `kind:name: sentence`, for a dry run. */
  readonly steps: readonly string[];
  readonly isConnected: boolean;
}

/** What a machine undoes when its document holds nothing. */
const NOTHING = new TextEncoder().encode('[]');

/**
 * Marks the machine as one that is reset, which holds when it is away, and tells it when it is not.
 * @throws VentError NOT_FOUND for what is no member, RESET_REFUSED for a member of etcd that others would miss; for a dry run UNAVAILABLE, DEADLINE
 */
export async function orderReset(parts: Parts, request: ResetRequest, actor: string): Promise<ResetOrdered> {
  const { options, state, core } = parts;
  const rows = (await state.nodes.list()).rows.map((row) => row.value);
  const node = rows.find((row) => isNamed(row, request.machine));
  if (node === undefined)
    throw new VentError('NOT_FOUND', `cannot reset ${request.machine}: it is no member of the cluster`);
  if (!request.force) refuseMissed(node, rows);
  const isConnected = core.connections.live(node.id)?.isConnected === true;
  if (request.dryRun) {
    const { resources } = await core.connections.ask(node.id, NOTHING);
    const steps = resources.flatMap(({ id, sentences }) => sentences.map((sentence) => `${id}: ${sentence}`));
    return { machine: node.name, steps, isConnected };
  }
  const resettingSince = node.resettingSince ?? new Date(options.clock.now()).toISOString();
  await state.nodes.update(node.id, (row) => (row === undefined ? undefined : { ...row, resettingSince, held: true }));
  const forced = request.force ? ', forced' : '';
  const subject = `node:${node.id}`;
  await state.audit.append({ actor: `operator:${actor}`, action: 'reset', subject, result: `done: ordered${forced}` });
  core.connections.sendReset(node.id);
  core.changes.notify();
  return { machine: node.name, steps: [], isConnected };
}

/** @throws VentError RESET_REFUSED */
function refuseMissed(node: NodeRow, rows: readonly NodeRow[]): void {
  const others = rows.filter((row) => row.etcd !== undefined && row.id !== node.id).map(({ name }) => name);
  if (node.etcd === undefined || others.length === 0) return;
  throw new VentError(
    'RESET_REFUSED',
    `cannot reset ${node.name}: it is a member of etcd with ${others.join(', ')} (rule: a member leaves etcd before its machine is reset)`,
    { hint: 'Reset machines without a member, or say --force: the others then count it as lost.' },
  );
}

/** A machine says that nothing is left on it: its identity is forgotten, its name and its share of the pod CIDR are kept for it. */
export async function leave(parts: Parts, node: NodeRow): Promise<void> {
  const { options, state, core } = parts;
  const others = (await state.nodes.list()).rows.filter(
    ({ value }) => value.etcd !== undefined && value.id !== node.id,
  );
  const cluster = await state.revisions.clusters.get(CLUSTER_KEY);
  // Its last member gone, etcd is formed anew by the next.
  const isUnformed = node.etcd !== undefined && others.length === 0 && cluster !== undefined;
  await state.audit.transact(
    { actor: `node:${node.id}`, action: 'leave', subject: `machine:${node.name}`, result: 'done' },
    {
      compare: [],
      put: [
        state.places.writing(node.name, placeOf(node, options.clock.now())),
        ...(isUnformed ? [state.revisions.clusters.writing(CLUSTER_KEY, { ...cluster.value, etcdFormed: false })] : []),
      ],
      remove: await keysOf(parts, { node, intent: undefined }),
    },
  );
  core.connections.end(node.id);
  core.documents.refresh();
  core.changes.notify();
}
