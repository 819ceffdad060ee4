/** /capacity and /capacity/metros: how many machines are left, in words, and whether some would fit. */
import type { Place } from './catalogue.ts';
import { PLACES, PLANS, pick } from './catalogue.ts';
import type { Context, Route } from './context.ts';
import { capacityInput, readInput } from './input.ts';
import { hasCapacity } from './orders.ts';

export function listCapacityRoutes(context: Context): readonly Route[] {
  return [...listRoutes(context, '/capacity', 'code'), ...listRoutes(context, '/capacity/metros', 'metro')];
}

function listRoutes(context: Context, path: string, key: 'code' | 'metro'): readonly Route[] {
  return [
    {
      method: 'GET',
      path,
      answer: () => ({
        status: 200,
        body: { capacity: Object.fromEntries(PLACES.map((place) => [place[key], listLevels(context, place)])) },
      }),
    },
    {
      method: 'POST',
      path,
      answer(request) {
        const { servers } = readInput(capacityInput, request.body);
        const answers = servers.map((server) => {
          const name = key === 'code' ? server.facility : server.metro;
          const places = PLACES.filter((place) => place[key] === name);
          const fits = places.some((place) => hasCapacity(context, place, server.quantity));
          return { ...server, available: fits && pick(PLANS, server.plan) !== undefined };
        });
        return { status: 200, body: { servers: answers } };
      },
    },
  ];
}

function listLevels(context: Context, place: Place) {
  const level = hasCapacity(context, place, 1) ? place.level : 'unavailable';
  return Object.fromEntries(PLANS.map((plan) => [plan.slug, { level }]));
}
