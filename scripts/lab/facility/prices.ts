/** Spot prices: a fifth of the list price until the lab says otherwise. */
import { randomUUID } from 'node:crypto';
import { PLANS, pick } from './catalogue.ts';
import type { Context } from './context.ts';
import { stamp } from './journal.ts';
import type { FacilityStore } from './store.ts';

/** Dollars an hour. */
export function priceNow(store: FacilityStore, facility: string, plan: string): number {
  const listPrice = pick(PLANS, plan)?.price ?? 0;
  return priceHistory(store, facility, plan).at(-1)?.price ?? Math.round(listPrice * 200) / 1000;
}

/** Oldest first; `from` in seconds since the epoch. */
export function priceHistory(
  store: FacilityStore,
  facility: string,
  plan: string,
): readonly { readonly price: number; readonly from: number }[] {
  return store.prices.list().filter((row) => row.facility === facility && row.plan === plan);
}

/** A new price; spot devices that bid less are given notice. */
export function setPrice(context: Context, facility: string, plan: string, price: number): void {
  const from = Math.floor(context.clock.now() / 1000);
  context.store.prices.put({ id: randomUUID(), facility, plan, price, from });
  for (const device of context.store.devices.list()) {
    if (!device.spotInstance || device.facility !== facility || device.plan !== plan) continue;
    if ((device.spotPriceMax ?? 0) < price) giveNotice(context, device.id);
  }
}

/** Announces that a spot device will be taken away; an earlier notice stands. */
export function giveNotice(context: Context, id: string): void {
  if ((context.store.devices.get(id)?.terminationTime ?? null) !== null) return;
  const terminationTime = stamp(context.clock.now() + context.timing.spotNotice);
  context.journal.write('instance.spot-termination', `Device will be terminated at ${terminationTime}`, {
    deviceId: id,
  });
  context.life.schedule(id, terminationTime);
}
