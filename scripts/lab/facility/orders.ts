/** Turns a create call into a device's row, or refuses it with Packet's reasons. */
import { randomUUID } from 'node:crypto';
import { countSlots, cutAddresses } from './blocks.ts';
import type { Place, Plan } from './catalogue.ts';
import { OPERATING_SYSTEMS, PLACES, PLANS, pick } from './catalogue.ts';
import type { Context } from './context.ts';
import { refuseUnprocessable } from './http.ts';
import type { DeviceInput } from './input.ts';
import { deviceInput, readInput } from './input.ts';
import { stamp } from './journal.ts';
import { priceNow } from './prices.ts';
import type { DeviceRow } from './records.ts';

/**
 * Makes a device and sets it going; the caller commits.
 * @param body the JSON of a create call
 * @throws Refusal 422; nothing was made then
 */
export function orderDevice(context: Context, body: unknown, spotRequestId: string | null = null): DeviceRow {
  const input = readInput(deviceInput, body);
  const plan = pick(PLANS, input.plan);
  if (plan === undefined) throw refuseUnprocessable(`${input.plan} is not a valid plan`);
  const system = pick(OPERATING_SYSTEMS, input.operating_system);
  if (system === undefined) throw refuseUnprocessable(`${input.operating_system} is not a valid operating system`);
  const place = choosePlace(input, plan);
  const now = context.clock.now();
  if (context.faults.strikes('capacity')) throw refuseCapacity(place.code, plan);
  if (input.termination_time != null && Date.parse(input.termination_time) <= now) {
    throw refuseUnprocessable('Termination time must be in the future');
  }
  refuseLowBid(context, input, place, plan);
  const slot = freeSlot(context);
  if (slot === undefined) throw refuseCapacity(place.code, plan);
  const row: DeviceRow = {
    ...identify(input, slot),
    ...describe(input),
    state: 'queued',
    plan: plan.slug,
    os: system.slug,
    facility: place.code,
    createdAt: stamp(now),
    updatedAt: stamp(now),
    addresses: cutAddresses(context.blocks, slot, stamp(now), wantsPublic4(input)),
    slot,
    macs: nameMacs(slot, plan),
    sshKeyIds: chooseKeys(context, input),
    spotRequestId,
    terminationTime: null,
    installed: false,
    rebootAsked: false,
    stuck: context.faults.strikes('queued'),
    earlyActive: context.faults.strikes('early-active'),
  };
  context.store.devices.put(row);
  context.journal.write('instance.created', `Device ${row.hostname} created`, { deviceId: row.id });
  if (input.termination_time != null) context.life.schedule(row.id, stamp(Date.parse(input.termination_time)));
  context.life.advance(row.id);
  return context.store.devices.get(row.id) ?? row;
}

/** True while the facility has room for `quantity` more devices of the plan there. */
export function hasCapacity(context: Context, place: Place, quantity: number): boolean {
  const free = countSlots(context.blocks) - context.store.devices.list().length;
  return place.level !== 'unavailable' && quantity <= free;
}

function identify(input: DeviceInput, slot: number): Pick<DeviceRow, 'id' | 'hostname'> {
  const id = randomUUID();
  return { id, hostname: input.hostname ?? `device-${slot}-${id.slice(0, 8)}` };
}

function describe(input: DeviceInput) {
  return {
    description: input.description ?? null,
    tags: input.tags ?? [],
    billingCycle: input.billing_cycle ?? 'hourly',
    userdata: input.userdata ?? '',
    customdata: input.customdata ?? {},
    locked: input.locked ?? false,
    alwaysPxe: input.always_pxe ?? false,
    ipxeScriptUrl: input.ipxe_script_url ?? null,
    networkFrozen: input.network_frozen ?? false,
    spotInstance: input.spot_instance ?? false,
    spotPriceMax: input.spot_instance === true ? (input.spot_price_max ?? null) : null,
  };
}

/** The first place of the caller's list that sells the plan now. */
function choosePlace(input: DeviceInput, plan: Plan): Place {
  const places = namedPlaces(input);
  const open = places.find((place) => place.level !== 'unavailable');
  const first = places[0];
  if (open !== undefined) return open;
  if (input.metro != null) throw refuseUnprocessable("There aren't available servers in that metro");
  throw first === undefined ? refuseUnprocessable("Facility can't be blank") : refuseCapacity(first.code, plan);
}

function namedPlaces(input: DeviceInput): readonly Place[] {
  if (input.metro != null) {
    const places = PLACES.filter((place) => input.metro === 'any' || place.metro === input.metro);
    if (places.length === 0) throw refuseUnprocessable(`${input.metro} is not a valid metro`);
    return places;
  }
  const names = typeof input.facility === 'string' ? [input.facility] : (input.facility ?? []);
  return names.flatMap((name) => {
    if (name === '') return [];
    if (name === 'any') return PLACES;
    const place = pick(PLACES, name);
    if (place === undefined) throw refuseUnprocessable(`${name} is not a valid facility`);
    return [place];
  });
}

function refuseCapacity(facility: string, plan: Plan) {
  return refuseUnprocessable(
    `The facility ${facility} has no provisionable ${plan.slug} servers matching your criteria`,
  );
}

function refuseLowBid(context: Context, input: DeviceInput, place: Place, plan: Plan): void {
  if (input.spot_instance !== true) return;
  if (input.spot_price_max == null) throw refuseUnprocessable("Spot price max can't be blank");
  if (input.spot_price_max < priceNow(context.store, place.code, plan.slug)) {
    throw refuseUnprocessable('Spot price max is below the current market price');
  }
}

/** Private IPv4 is always given; a list that asks for nothing public gets nothing public. */
function wantsPublic4(input: DeviceInput): boolean {
  const asked = input.ip_addresses ?? [];
  if (asked.length === 0) return true;
  if (!asked.some((address) => address.address_family === 4 && !address.public)) {
    throw refuseUnprocessable('Private IPv4 address is required');
  }
  return asked.some((address) => address.public && address.address_family === 4);
}

function freeSlot(context: Context): number | undefined {
  const taken = new Set(context.store.devices.list().map((device) => device.slot));
  for (let slot = 1; slot <= countSlots(context.blocks); slot += 1) if (!taken.has(slot)) return slot;
  return undefined;
}

/** Locally administered addresses, two ports a card. */
function nameMacs(slot: number, plan: Plan): readonly string[] {
  const hex = slot.toString(16).padStart(4, '0');
  return Array.from({ length: plan.nics }, (_, port) => `02:ec:00:${hex.slice(0, 2)}:${hex.slice(2)}:0${port}`);
}

/** All keys of the project unless the caller chose some, or none. */
function chooseKeys(context: Context, input: DeviceInput): readonly string[] {
  const added = (input.ssh_keys ?? []).map(({ label, key }) => {
    const row = { id: randomUUID(), label, key, createdAt: stamp(context.clock.now()) };
    context.store.keys.put(row);
    return row.id;
  });
  const named = [...input.project_ssh_keys, ...input.user_ssh_keys];
  const unknown = named.find((id) => context.store.keys.get(id) === undefined);
  if (unknown !== undefined) throw refuseUnprocessable(`SSH key ${unknown} is not valid`);
  if (input.no_ssh_keys === true) return added;
  const all = named.length === 0 && added.length === 0;
  return all ? context.store.keys.list().map((key) => key.id) : [...named, ...added];
}
