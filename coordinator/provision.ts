/**
 * Creating the machines that pools lack.
 *
 * INVARIANTS
 * - An intent, with the token that its device will use, is durable before the create call, and the intent's id is a tag
 *   of the device: a kill at any point loses no device and makes none twice.
 * - An intent counts as a machine of its pool until it is known that no device stands behind it.
 * - One at a time, `bindFound` included (the caller's duty): two would both make what is missing.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import type { ClusterSpec, Pool } from '../shared/spec/schema.ts';
import type { NodeRow } from './nodes/row.ts';
import type { Device, DeviceRequest, Provider } from './providers/provider.ts';
import type { IntentRow } from './rows.ts';
import type { Collection } from './store/collection.ts';

export interface IntentKeeping {
  readonly intents: Collection<IntentRow>;
  bindToken(tokenId: string, deviceId: string): Promise<void>;
}

export interface ProvisionOptions extends IntentKeeping {
  readonly nodes: Collection<NodeRow>;
  /** Records the intent and, in the same transaction, a single-use token that nobody can use until `bindToken` names its device. */
  reserve(draft: Omit<IntentRow, 'tokenId'>): Promise<{ readonly intent: IntentRow; readonly secret: string }>;
  revokeToken(tokenId: string): Promise<void>;
  userdata(tokenId: string, secret: string): Promise<string>;
  readonly clock: Clock;
}

export interface ProvisionStep {
  readonly machine: string;
  /** One sentence. */
  readonly message: string;
  readonly failed: boolean;
}

/** The tag that finds a device again after a lost answer. */
export function tagOf(intentId: string): string {
  return `vent-intent-${intentId}`;
}

/**
 * Yields a step for each machine that is found, made, or could not be made.
 * @param pool only this pool, or undefined for all
 * @throws VentError NOT_FOUND when there is no such pool
 */
export async function* provision(
  options: ProvisionOptions,
  provider: Provider,
  spec: ClusterSpec,
  pool: string | undefined,
): AsyncGenerator<ProvisionStep> {
  const pools = spec.pools.filter((one) => pool === undefined || one.name === pool);
  if (pools.length === 0)
    throw new VentError(
      'NOT_FOUND',
      `cannot provision pool ${pool ?? ''}: the cluster has ${spec.pools.map((one) => one.name).join(', ')}`,
    );
  let failures = 0;
  for await (const step of makeWhole(options, provider, pools)) {
    if (step.failed) failures += 1;
    yield step;
  }
  if (failures === 0) yield { machine: '', message: 'every pool has its machines', failed: false };
}

async function* makeWhole(
  options: ProvisionOptions,
  provider: Provider,
  pools: readonly Pool[],
): AsyncGenerator<ProvisionStep> {
  for (const intent of await openIntents(options)) yield await settle(options, provider, intent);
  for (const one of pools) {
    const missing = one.count - (await countOf(options, one.name));
    const { name, machine } = one;
    if (machine !== undefined)
      for (let made = 0; made < missing; made += 1) yield await create(options, provider, name, machine);
    else if (missing > 0) yield sayByHand(name, missing);
  }
}

/** A pool without a machine to ask for is one of the static provider's. */
function sayByHand(pool: string, missing: number): ProvisionStep {
  const lack = `pool ${pool} lacks ${missing} ${missing === 1 ? 'machine' : 'machines'}`;
  const message = `${lack}: the static provider creates none, boot yours with what vent userdata prints`;
  return { machine: '', message, failed: true };
}

/**
 * Looks for devices whose create call was never answered, and binds those it finds; gives up none.
 * @throws VentError as the provider's `tagged`
 */
export async function bindFound(options: IntentKeeping, provider: Provider): Promise<void> {
  for (const intent of await openIntents(options))
    if (intent.refused !== true) await bindTagged(options, provider, intent);
}

async function intentsOf({ intents }: IntentKeeping): Promise<readonly IntentRow[]> {
  return (await intents.list()).rows.map((row) => row.value);
}

async function openIntents(options: IntentKeeping): Promise<readonly IntentRow[]> {
  return (await intentsOf(options)).filter((intent) => intent.deviceId === undefined);
}

/** Machines of a pool: those being made, and members that were not made by an intent. */
async function countOf(options: ProvisionOptions, pool: string): Promise<number> {
  const intents = (await intentsOf(options)).filter((intent) => intent.pool === pool);
  const devices = new Set(intents.map((intent) => intent.deviceId));
  const nodes = (await options.nodes.list()).rows.filter(
    (row) => row.value.pool === pool && !devices.has(row.value.deviceId),
  );
  return intents.length + nodes.length;
}

/** What became of a create call whose answer was lost: its device is found by its tag, or the intent is given up with its token. */
async function settle(options: ProvisionOptions, provider: Provider, intent: IntentRow): Promise<ProvisionStep> {
  try {
    const device = await bindTagged(options, provider, intent);
    if (device !== undefined)
      return { machine: intent.hostname, message: `found as device ${device.id}`, failed: false };
    await options.revokeToken(intent.tokenId);
    await options.intents.remove(intent.id);
    return { machine: intent.hostname, message: 'was never made, its token is revoked', failed: false };
  } catch (thrown) {
    return await keepFailure(options, intent, VentError.from(thrown), false);
  }
}

async function bindTagged(options: IntentKeeping, provider: Provider, intent: IntentRow): Promise<Device | undefined> {
  const [device] = await provider.tagged(tagOf(intent.id));
  if (device !== undefined) await bind(options, intent, device);
  return device;
}

/** The token first: an intent that names its device has a token that works. */
async function bind({ intents, bindToken }: IntentKeeping, intent: IntentRow, device: Device): Promise<void> {
  await bindToken(intent.tokenId, device.id);
  await intents.update(intent.id, (row) => {
    if (row === undefined) return undefined;
    const { error: _, ...rest } = row;
    return { ...rest, deviceId: device.id };
  });
}

async function freeHostname(options: ProvisionOptions, pool: string): Promise<string> {
  const nodes = (await options.nodes.list()).rows.map((row) => row.value.name);
  const taken = new Set([...nodes, ...(await intentsOf(options)).map((intent) => intent.hostname)]);
  for (let number = 1; ; number += 1) if (!taken.has(`${pool}-${number}`)) return `${pool}-${number}`;
}

async function create(
  options: ProvisionOptions,
  provider: Provider,
  pool: string,
  machine: NonNullable<Pool['machine']>,
): Promise<ProvisionStep> {
  const hostname = await freeHostname(options, pool);
  const createdAt = new Date(options.clock.now()).toISOString();
  const { intent, secret } = await options.reserve({ id: randomUUID(), hostname, pool, createdAt });
  const request = {
    hostname,
    plan: machine.plan,
    os: machine.os,
    tags: [tagOf(intent.id), `vent-pool-${pool}`],
    userdata: await options.userdata(intent.tokenId, secret),
    spotMaxPrice: machine.spot?.maxPrice,
  };
  return await order(options, provider, intent, request);
}

async function order(
  options: ProvisionOptions,
  provider: Provider,
  intent: IntentRow,
  request: DeviceRequest,
): Promise<ProvisionStep> {
  try {
    const device = await provider.create(request);
    await bind(options, intent, device);
    return { machine: intent.hostname, message: `created as device ${device.id}`, failed: false };
  } catch (thrown) {
    const error = VentError.from(thrown);
    return await keepFailure(options, intent, error, error.code === 'PROVIDER_REFUSED');
  }
}

/** @param refused that there is no device is certain, so its token goes at once */
async function keepFailure(
  { intents, revokeToken }: ProvisionOptions,
  intent: IntentRow,
  error: VentError,
  refused: boolean,
): Promise<ProvisionStep> {
  if (refused) await revokeToken(intent.tokenId);
  const message = `${error.message}; vent provision tries again`;
  // Somebody may have found its device meanwhile.
  await intents.update(intent.id, (row) =>
    row === undefined || row.deviceId !== undefined
      ? undefined
      : { ...row, error: message, ...(refused ? { refused } : {}) },
  );
  return { machine: intent.hostname, message, failed: true };
}
