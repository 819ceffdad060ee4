/** Giving machines back: a member of etcd leaves it first. */
import { VentError } from '../shared/errors.ts';
import type { Core, CurrentProvider } from './core.ts';
import type { EtcdKeeper } from './etcd/keeper.ts';
import { isNamed, type NodeRow } from './nodes/row.ts';
import { tagOf } from './provision.ts';
import type { IntentRow } from './rows.ts';
import type { State } from './state.ts';

interface Parts {
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
}

async function findTarget(state: State, machine: string): Promise<Target> {
  const node = (await state.nodes.list()).rows.map((row) => row.value).find((row) => isNamed(row, machine));
  const intent = (await state.intents.list()).rows
    .map((row) => row.value)
    .find((row) => [row.id, row.hostname, row.deviceId].includes(node?.deviceId ?? machine));
  const name = node?.name ?? intent?.hostname;
  if (name === undefined) throw new VentError('NOT_FOUND', `cannot find machine ${machine}`);
  return { name, node, intent };
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
      { compare: [], remove: await keysOf(parts, target) },
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
  { node, intent }: Target,
  actor: string,
): Promise<void> {
  if (intent !== undefined) {
    const isThere = (await state.tokens.get(intent.tokenId)) !== undefined;
    if (isThere) await state.tokens.revoke(intent.tokenId, `operator:${actor}`);
  }
  const known = node?.deviceId ?? intent?.deviceId;
  const isUnsure = known === undefined && intent !== undefined && intent.refused !== true;
  const found = isUnsure ? await provider.get().tagged(tagOf(intent.id)) : [];
  for (const id of known === undefined ? found.map((device) => device.id) : [known]) await provider.get().remove(id);
}

async function keysOf({ state, core: { rollouts } }: Parts, { node, intent }: Target): Promise<readonly string[]> {
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
