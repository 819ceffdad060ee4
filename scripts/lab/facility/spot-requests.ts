/** /projects/:project/spot-market-requests and /spot-market-requests/:id: a bid for several machines at once. */
import { randomUUID } from 'node:crypto';
import { METROS, PLACES, PLANS, pick } from './catalogue.ts';
import type { Context, Route } from './context.ts';
import type { ApiRequest } from './http.ts';
import { found, Refusal, refuseUnprocessable } from './http.ts';
import { deviceInput, readInput, spotRequestInput } from './input.ts';
import { stamp } from './journal.ts';
import { orderDevice } from './orders.ts';
import { answerPage } from './pages.ts';
import { priceNow } from './prices.ts';
import type { SpotRequestRow } from './records.ts';
import { viewSpotRequest } from './views.ts';

export function listSpotRequestRoutes(context: Context): readonly Route[] {
  const { store, project } = context;
  const path = '/projects/:project/spot-market-requests';
  return [
    {
      method: 'POST',
      path,
      async answer(request) {
        const row = readRequest(context, request.body);
        store.spotRequests.put(row);
        const filled = fillRequest(context, row);
        await store.commit();
        return { status: 201, body: viewSpotRequest(filled, project), lost: context.faults.strikes('lost-answer') };
      },
    },
    {
      method: 'GET',
      path,
      answer(request) {
        const rows = store.spotRequests.list();
        return answerPage(
          request,
          'spot_market_requests',
          rows.map((row) => viewSpotRequest(row, project)),
        );
      },
    },
    {
      method: 'GET',
      path: '/spot-market-requests/:id',
      answer: (request) => ({
        status: 200,
        body: viewSpotRequest(found(store.spotRequests.get(request.param('id'))), project),
      }),
    },
    {
      method: 'DELETE',
      path: '/spot-market-requests/:id',
      async answer(request) {
        const row = found(store.spotRequests.get(request.param('id')));
        store.spotRequests.remove(row.id);
        if (isForced(request, 'force_termination')) for (const id of row.deviceIds) terminate(context, id);
        await store.commit();
        return { status: 204 };
      },
    },
  ];
}

/** Clients put such a flag into the query or into the body. */
function isForced(request: ApiRequest, name: string): boolean {
  const body = request.body;
  const inBody = typeof body === 'object' && body !== null && Reflect.get(body, name) === true;
  return inBody || request.query.get(name) === 'true';
}

function terminate(context: Context, id: string): void {
  if (context.store.devices.update(id, { state: 'deprovisioning' }) !== undefined) context.life.advance(id);
}

/** Tries all unfilled requests again; called when a price has changed. */
export function fillRequests(context: Context): void {
  for (const row of context.store.spotRequests.list()) if (row.deviceIds.length === 0) fillRequest(context, row);
}

function readRequest(context: Context, body: unknown): SpotRequestRow {
  const input = readInput(spotRequestInput, body);
  if (input.devices_min > input.devices_max) throw refuseUnprocessable('Devices min must not exceed devices max');
  const metro = input.metro ?? null;
  const places = (input.facilities ?? []).map((name) => {
    const place = pick(PLACES, name);
    if (place === undefined) throw refuseUnprocessable(`${name} is not a valid facility`);
    return place.code;
  });
  if (metro !== null && pick(METROS, metro) === undefined) throw refuseUnprocessable(`${metro} is not a valid metro`);
  if (metro === null && places.length === 0) throw refuseUnprocessable("Facilities can't be blank");
  const code = pick(METROS, metro ?? '')?.code;
  const facilities =
    metro === null ? places : PLACES.filter((place) => place.metro === code).map((place) => place.code);
  const { hostnames, ...parameters } = input.instance_parameters;
  readInput(deviceInput, { ...parameters, facility: facilities[0] });
  const plan = pick(PLANS, parameters.plan);
  if (plan === undefined) throw refuseUnprocessable(`${parameters.plan} is not a valid plan`);
  return {
    id: randomUUID(),
    devicesMin: input.devices_min,
    devicesMax: input.devices_max,
    maxBidPrice: Math.round(input.max_bid_price * 100) / 100,
    endAt: input.end_at ?? null,
    facilities,
    metro,
    parameters: { ...input.instance_parameters, plan: plan.slug },
    deviceIds: [],
    createdAt: stamp(context.clock.now()),
  };
}

/** Makes `devicesMax` devices, or as many as can be had; none when those are fewer than `devicesMin`. */
function fillRequest(context: Context, row: SpotRequestRow): SpotRequestRow {
  const plan = String(row.parameters.plan);
  const facilities = row.facilities.filter((code) => priceNow(context.store, code, plan) <= row.maxBidPrice);
  if (facilities.length === 0) return row;
  const deviceIds: string[] = [];
  try {
    for (let index = 0; index < row.devicesMax; index += 1) {
      deviceIds.push(orderDevice(context, bodyOf(row, facilities, index), row.id).id);
    }
  } catch (thrown) {
    if (!(thrown instanceof Refusal)) throw thrown;
    if (deviceIds.length < row.devicesMin) {
      for (const id of deviceIds) terminate(context, id);
      return row;
    }
  }
  return context.store.spotRequests.update(row.id, { deviceIds }) ?? row;
}

function bodyOf(row: SpotRequestRow, facilities: readonly string[], index: number): Record<string, unknown> {
  const { hostnames, ...parameters } = row.parameters;
  const names = Array.isArray(hostnames) ? hostnames : [];
  return {
    ...parameters,
    ...(names[index] === undefined ? {} : { hostname: names[index] }),
    facility: facilities,
    spot_instance: true,
    spot_price_max: row.maxBidPrice,
    ...(row.endAt === null ? {} : { termination_time: row.endAt }),
  };
}
