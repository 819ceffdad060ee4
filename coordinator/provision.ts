/** Creating the machines that pools lack, so that a kill at any point loses none and makes none twice. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../shared/clock.ts';
import { VentError } from '../shared/errors.ts';
import type { ClusterSpec, Pool } from '../shared/spec/schema.ts';
import type { NodeRow } from './nodes/row.ts';
import type { Device, Provider } from './providers/provider.ts';
import type { IntentRow } from './rows.ts';
import type { Collection } from './store/collection.ts';

export interface ProvisionOptions {
  readonly intents: Collection<IntentRow>;
  readonly nodes: Collection<NodeRow>;
  /** A single-use token, recorded `reserved` until `bind` names its device. */
  reserveToken(pool: string): Promise<{ readonly id: string; readonly secret: string }>;
  bindToken(tokenId: string, deviceId: string): Promise<void>;
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
  for (const intent of await openIntents(options)) yield await settle(options, provider, intent);
  for (const one of pools) {
    const missing = one.count - (await countOf(options, one.name));
    for (let made = 0; made < missing; made += 1) yield await create(options, provider, one);
  }
  yield { machine: '', message: 'every pool has its machines', failed: false };
}

async function intentsOf(options: ProvisionOptions): Promise<readonly IntentRow[]> {
  return (await options.intents.list()).rows.map((row) => row.value);
}

async function openIntents(options: ProvisionOptions): Promise<readonly IntentRow[]> {
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
  const [device] = await provider.tagged(tagOf(intent.id));
  if (device !== undefined) {
    await bind(options, intent, device);
    return { machine: intent.hostname, message: `found as device ${device.id}`, failed: false };
  }
  await options.revokeToken(intent.tokenId);
  await options.intents.remove(intent.id);
  return { machine: intent.hostname, message: 'was never made, its token is revoked', failed: false };
}

async function bind(options: ProvisionOptions, intent: IntentRow, device: Device): Promise<void> {
  await options.bindToken(intent.tokenId, device.id);
  const { error: _, ...rest } = intent;
  await options.intents.put(intent.id, { ...rest, deviceId: device.id });
}

async function freeHostname(options: ProvisionOptions, pool: string): Promise<string> {
  const nodes = (await options.nodes.list()).rows.map((row) => row.value.name);
  const taken = new Set([...nodes, ...(await intentsOf(options)).map((intent) => intent.hostname)]);
  for (let number = 1; ; number += 1) if (!taken.has(`${pool}-${number}`)) return `${pool}-${number}`;
}

async function create(options: ProvisionOptions, provider: Provider, pool: Pool): Promise<ProvisionStep> {
  const hostname = await freeHostname(options, pool.name);
  if (pool.machine === undefined) {
    return { machine: hostname, message: `cannot be created: pool ${pool.name} says no machine.plan`, failed: true };
  }
  const token = await options.reserveToken(pool.name);
  const intent: IntentRow = {
    id: randomUUID(),
    hostname,
    pool: pool.name,
    tokenId: token.id,
    createdAt: new Date(options.clock.now()).toISOString(),
  };
  await options.intents.put(intent.id, intent);
  try {
    const device = await provider.create({
      hostname,
      plan: pool.machine.plan,
      os: pool.machine.os,
      tags: [tagOf(intent.id), `vent-pool-${pool.name}`],
      userdata: await options.userdata(token.id, token.secret),
      spotMaxPrice: pool.machine.spot?.maxPrice,
    });
    await bind(options, intent, device);
    return { machine: hostname, message: `created as device ${device.id}`, failed: false };
  } catch (thrown) {
    return await failed(options, intent, VentError.from(thrown));
  }
}

/** A refusal is certain, so its token goes at once; of anything else it is not known whether a device was made. */
async function failed(options: ProvisionOptions, intent: IntentRow, error: VentError): Promise<ProvisionStep> {
  if (error.code === 'PROVIDER_REFUSED') {
    await options.revokeToken(intent.tokenId);
    await options.intents.remove(intent.id);
  } else {
    await options.intents.put(intent.id, { ...intent, error: error.message });
  }
  return { machine: intent.hostname, message: error.message, failed: true };
}
