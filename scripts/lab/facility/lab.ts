/**
 * The lab's own calls; Packet had none of them. Same token, below both base paths:
 *   GET    /lab/faults                               -> {"faults":[...]}
 *   POST   /lab/faults {"kind", "count", "path"}     -> 201; kinds are listed in faults.ts
 *   DELETE /lab/faults                               -> 204
 *   POST   /lab/prices {"facility","plan","price"}   -> 204; outbid spot devices get their notice
 *   POST   /lab/devices/:id/spot-termination         -> 202; gives the notice to this spot device
 */
import * as z from 'zod';
import { PLACES, PLANS } from './catalogue.ts';
import type { Context, Route } from './context.ts';
import { found, refuseUnprocessable } from './http.ts';
import { readInput } from './input.ts';
import { giveNotice, setPrice } from './prices.ts';
import { fillRequests } from './spot-requests.ts';
import { viewDevice } from './views.ts';

const faultOrder = z.object({
  kind: z.enum(['queued', 'error', 'rate-limit', 'capacity', 'early-active', 'lost-answer']),
  count: z.int().min(1).default(1),
  path: z.string().default(''),
});

const priceOrder = z.object({
  facility: z.enum(PLACES.map((place) => place.code)),
  plan: z.enum(PLANS.map((plan) => plan.slug)),
  price: z.number().positive(),
});

export function listLabRoutes(context: Context): readonly Route[] {
  const { store, faults } = context;
  return [
    { method: 'GET', path: '/lab/faults', answer: () => ({ status: 200, body: { faults: faults.waiting() } }) },
    {
      method: 'POST',
      path: '/lab/faults',
      async answer(request) {
        const row = faults.order(readInput(faultOrder, request.body));
        await store.commit();
        return { status: 201, body: row };
      },
    },
    {
      method: 'DELETE',
      path: '/lab/faults',
      async answer() {
        faults.clear();
        await store.commit();
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: '/lab/prices',
      async answer(request) {
        const { facility, plan, price } = readInput(priceOrder, request.body);
        setPrice(context, facility, plan, price);
        fillRequests(context);
        await store.commit();
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: '/lab/devices/:id/spot-termination',
      async answer(request) {
        const device = found(store.devices.get(request.param('id')));
        if (!device.spotInstance) throw refuseUnprocessable('Device is not a spot instance');
        giveNotice(context, device.id);
        await store.commit();
        const row = found(store.devices.get(device.id));
        return { status: 202, body: viewDevice(row, store, context.project) };
      },
    },
  ];
}
