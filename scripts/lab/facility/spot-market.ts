/** /market/spot/prices: what spot machines cost, now and before. */
import { PLACES, PLANS, pick } from './catalogue.ts';
import type { Context, Route } from './context.ts';
import type { ApiRequest } from './http.ts';
import { refuseUnprocessable } from './http.ts';
import { priceHistory, priceNow } from './prices.ts';

export function listSpotMarketRoutes(context: Context): readonly Route[] {
  const answer = (request: ApiRequest, key: 'code' | 'metro') => ({
    status: 200,
    body: { spot_market_prices: tabulate(context, request.query, key) },
  });
  return [
    { method: 'GET', path: '/market/spot/prices', answer: (request) => answer(request, 'code') },
    { method: 'GET', path: '/market/spot/prices/metros', answer: (request) => answer(request, 'metro') },
    {
      method: 'GET',
      path: '/market/spot/prices/history',
      answer: (request) => ({
        status: 200,
        body: { prices_history: { datapoints: listDatapoints(context, request) } },
      }),
    },
  ];
}

/** Place -> plan -> `{price}`. */
function tabulate(context: Context, query: URLSearchParams, key: 'code' | 'metro') {
  const wanted = query.get(key === 'code' ? 'facility' : 'metro');
  const plans = PLANS.filter((plan) => (query.get('plan') ?? plan.slug) === plan.slug);
  const places = PLACES.filter((place) => (wanted ?? place[key]) === place[key]);
  return Object.fromEntries(
    places.map((place) => [
      place[key],
      Object.fromEntries(plans.map((plan) => [plan.slug, { price: priceAt(context, place.code, plan.slug) }])),
    ]),
  );
}

/** Ten times the list price says that there is none to be had. */
function priceAt(context: Context, facility: string, plan: string): number {
  const soldOut = pick(PLACES, facility)?.level === 'unavailable';
  return soldOut ? (pick(PLANS, plan)?.price ?? 0) * 10 : priceNow(context.store, facility, plan);
}

/** Pairs of price and seconds since the epoch, oldest first. */
function listDatapoints(context: Context, request: ApiRequest): readonly (readonly [number, number])[] {
  const { query } = request;
  const metro = query.get('metro');
  const place =
    metro === null ? pick(PLACES, query.get('facility') ?? '') : PLACES.find((entry) => entry.metro === metro);
  const plan = pick(PLANS, query.get('plan') ?? '');
  const from = Number(query.get('from') ?? 0);
  const until = Number(query.get('until') ?? Number.MAX_SAFE_INTEGER);
  if (place === undefined) throw refuseUnprocessable("Facility can't be blank");
  if (plan === undefined) throw refuseUnprocessable("Plan can't be blank");
  if (Number.isNaN(from) || Number.isNaN(until)) throw refuseUnprocessable('From or until is invalid');
  return priceHistory(context.store, place.code, plan.slug)
    .filter((row) => row.from >= from && row.from <= until)
    .map((row) => [row.price, row.from]);
}
