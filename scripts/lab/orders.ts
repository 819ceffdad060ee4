/** The orders that machines were made from, kept beside their disks. */
import { readdir, readFile } from 'node:fs/promises';
import * as z from 'zod';
import { hasSystemCode, VentError } from '../../shared/errors.ts';
import type { MachineOrder } from './facility/machines.ts';
import { sortAddresses } from './interfaces.ts';
import type { MachineNames, Names } from './names.ts';
import { nameMachine } from './names.ts';

const block = { network: z.string(), netmask: z.string(), cidr: z.number() };
const orderSchema: z.ZodType<MachineOrder> = z.object({
  id: z.string(),
  hostname: z.string(),
  os: z.string(),
  plan: z.string(),
  macs: z.array(z.string()),
  sshKeys: z.array(z.string()),
  addresses: z.array(
    z.object({
      ...block,
      id: z.string(),
      family: z.union([z.literal(4), z.literal(6)]),
      public: z.boolean(),
      management: z.boolean(),
      address: z.string(),
      gateway: z.string(),
      createdAt: z.string(),
      parent: z.object({ ...block, id: z.string() }),
    }),
  ),
});

/** Undefined when there is no such machine or its disk is half written. */
export async function readOrder(machine: MachineNames): Promise<MachineOrder | undefined> {
  const text = await readFile(machine.order, 'utf8').catch(ignoreMissing);
  return text === undefined ? undefined : orderSchema.parse(JSON.parse(text));
}

/** Orders of all machines of the lab, by hostname. */
export async function listOrders(names: Names): Promise<readonly MachineOrder[]> {
  const ids = (await readdir(names.machines).catch(ignoreMissing)) ?? [];
  const orders = await Promise.all(ids.map((id) => readOrder(nameMachine(names, id))));
  return orders.filter((order) => order !== undefined).sort((a, b) => a.hostname.localeCompare(b.hostname));
}

/** The machine of that hostname, id or short id. @throws VentError NOT_FOUND naming those there are */
export async function findOrder(names: Names, wanted: string): Promise<MachineOrder> {
  const orders = await listOrders(names);
  const found = orders.find((order) => [order.hostname, order.id, order.id.slice(0, 8)].includes(wanted));
  if (found !== undefined) return found;
  const known = orders.map((order) => order.hostname).join(', ') || 'none';
  throw new VentError('NOT_FOUND', `cannot find machine ${wanted} in lab ${names.instance}: it has ${known}`);
}

/** What the resolver shall know: the hostname of each machine with its private address, in the format of hosts(5). */
export function renderHosts(orders: readonly MachineOrder[]): string {
  return orders
    .flatMap((order) => {
      const { private4, public4 } = sortAddresses(order.addresses);
      const address = (private4 ?? public4)?.address;
      return address === undefined ? [] : [`${address} ${order.hostname}\n`];
    })
    .join('');
}

function ignoreMissing(thrown: unknown): undefined {
  if (hasSystemCode(thrown, 'ENOENT')) return undefined;
  throw thrown;
}
