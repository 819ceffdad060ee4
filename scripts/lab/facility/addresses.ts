/** /projects/:project/ips, /ips/:id, /devices/:id/ips: elastic addresses and where they are assigned. */
import { randomUUID } from 'node:crypto';
import type * as z from 'zod';
import { listBlock, netmask4 } from './blocks.ts';
import { METROS, PLACES, pick } from './catalogue.ts';
import type { Context, Route } from './context.ts';
import type { ApiRequest } from './http.ts';
import { found, Refusal, refuseUnprocessable } from './http.ts';
import { assignmentInput, readInput, reservationInput, reservationUpdate } from './input.ts';
import { stamp } from './journal.ts';
import { answerPage } from './pages.ts';
import type { AddressRow, DeviceRow, ReservationRow } from './records.ts';
import { viewAddress, viewReservation } from './views.ts';

/** Packet's page size for addresses. */
const PAGE = 250;

export function listAddressRoutes(context: Context): readonly Route[] {
  return [...listReservationRoutes(context), ...listAssignmentRoutes(context)];
}

function listReservationRoutes(context: Context): readonly Route[] {
  const { store, project } = context;
  const path = '/projects/:project/ips';
  return [
    {
      method: 'POST',
      path,
      async answer(request) {
        const row = reserve(context, readInput(reservationInput, request.body));
        await store.commit();
        return { status: 201, body: viewReservation(row, store, project) };
      },
    },
    {
      method: 'GET',
      path,
      answer(request) {
        const types = request.query.get('types')?.split(',') ?? ['public_ipv4'];
        const rows = types.includes('public_ipv4') ? store.reservations.list() : [];
        return answerPage(
          request,
          'ip_addresses',
          rows.map((row) => viewReservation(row, store, project)),
          PAGE,
        );
      },
    },
    {
      method: 'GET',
      path: '/ips/:id/available',
      answer(request) {
        const row = found(store.reservations.get(request.param('id')));
        const length = request.query.get('cidr') ?? '32';
        if (length !== '32') throw refuseUnprocessable('Only /32 can be assigned');
        const free = listBlock(`${row.address}/${row.cidr}`).filter((address) => !isAssigned(context, address));
        return { status: 200, body: { available: free.map((address) => `${address}/32`) } };
      },
    },
    ...(['PUT', 'PATCH'] as const).map((method) => updateRoute(context, method)),
  ];
}

function listAssignmentRoutes(context: Context): readonly Route[] {
  const { store, project } = context;
  return [
    {
      method: 'GET',
      path: '/ips/:id',
      answer: (request) => ({ status: 200, body: viewEither(context, request) }),
    },
    {
      method: 'DELETE',
      path: '/ips/:id',
      async answer(request) {
        release(context, request.param('id'));
        await store.commit();
        return { status: 204 };
      },
    },
    {
      method: 'POST',
      path: '/devices/:id/ips',
      async answer(request) {
        const device = found(store.devices.get(request.param('id')));
        const row = assign(context, device, readInput(assignmentInput, request.body).address);
        await store.commit();
        return { status: 201, body: viewAddress(row, device.id, project) };
      },
    },
    {
      method: 'GET',
      path: '/devices/:id/ips',
      answer(request) {
        const device = found(store.devices.get(request.param('id')));
        const views = device.addresses.map((row) => viewAddress(row, device.id, project));
        return answerPage(request, 'ip_addresses', views, PAGE);
      },
    },
  ];
}

function updateRoute(context: Context, method: 'PUT' | 'PATCH'): Route {
  const { store, project } = context;
  return {
    method,
    path: '/ips/:id',
    async answer(request) {
      const before = found(store.reservations.get(request.param('id')));
      const input = readInput(reservationUpdate, request.body);
      const row: ReservationRow = {
        ...before,
        details: input.details ?? before.details,
        tags: input.tags ?? before.tags,
        customdata: input.customdata ?? before.customdata,
      };
      store.reservations.put(row);
      await store.commit();
      return { status: 200, body: viewReservation(row, store, project) };
    },
  };
}

/** The first run of addresses that is free and begins where a block of that size may begin. */
function reserve(context: Context, input: z.infer<typeof reservationInput>): ReservationRow {
  if (input.type !== 'public_ipv4') throw refuseUnprocessable(`${input.type} is not available in this facility`);
  const metro = pick(METROS, input.metro ?? '');
  const place = pick(PLACES, input.facility ?? '') ?? PLACES.find((entry) => entry.metro === metro?.code);
  if (place === undefined) throw refuseUnprocessable("Facility can't be blank");
  if (!Number.isInteger(Math.log2(input.quantity))) throw refuseUnprocessable('Quantity is invalid');
  const all = listBlock(context.blocks.elastic4);
  const taken = new Set(context.store.reservations.list().flatMap((row) => listBlock(`${row.address}/${row.cidr}`)));
  const starts = all.filter((_, index) => index % input.quantity === 0 && index + input.quantity <= all.length);
  const start = starts.find((address) =>
    all.slice(all.indexOf(address), all.indexOf(address) + input.quantity).every((each) => !taken.has(each)),
  );
  if (start === undefined) throw refuseUnprocessable('There are not enough addresses left in this facility');
  const row: ReservationRow = {
    id: randomUUID(),
    address: start,
    cidr: 32 - Math.log2(input.quantity),
    facility: place.code,
    details: input.details ?? null,
    tags: input.tags,
    customdata: input.customdata ?? {},
    createdAt: stamp(context.clock.now()),
  };
  context.store.reservations.put(row);
  return row;
}

function assign(context: Context, device: DeviceRow, text: string): AddressRow {
  const [address = '', length = '32'] = text.split('/');
  const reservation = context.store.reservations
    .list()
    .find((row) => row.facility === device.facility && listBlock(`${row.address}/${row.cidr}`).includes(address));
  if (reservation === undefined || length !== '32') throw refuseUnprocessable(`Address ${text} is not yours to assign`);
  if (isAssigned(context, address)) throw refuseUnprocessable(`Address ${text} is already assigned`);
  const { id, cidr } = reservation;
  const row: AddressRow = {
    id: randomUUID(),
    family: 4,
    public: true,
    management: false,
    network: address,
    address,
    gateway: address,
    netmask: netmask4(32),
    cidr: 32,
    createdAt: stamp(context.clock.now()),
    parent: { id, network: reservation.address, netmask: netmask4(cidr), cidr },
  };
  context.store.devices.update(device.id, { addresses: placeElastic(device.addresses, row) });
  return row;
}

/** Before the private address: order says nothing, and clients that believe it does shall notice. */
function placeElastic(addresses: readonly AddressRow[], row: AddressRow): readonly AddressRow[] {
  return [...addresses.filter((each) => each.public), row, ...addresses.filter((each) => !each.public)];
}

/** Unassigns an elastic address, or gives a reservation back that is not assigned. */
function release(context: Context, id: string): void {
  const holder = holderOf(context, id);
  if (holder !== undefined) {
    if (holder.row.management) throw new Refusal(403, ['Management addresses cannot be removed']);
    const addresses = holder.device.addresses.filter((row) => row.id !== id);
    context.store.devices.update(holder.device.id, { addresses });
    return;
  }
  const reservation = found(context.store.reservations.get(id));
  const isInUse = listBlock(`${reservation.address}/${reservation.cidr}`).some((each) => isAssigned(context, each));
  if (isInUse) throw refuseUnprocessable('Cannot delete a reservation that is assigned');
  context.store.reservations.remove(id);
}

function viewEither(context: Context, request: ApiRequest) {
  const id = request.param('id');
  const holder = holderOf(context, id);
  if (holder !== undefined) return viewAddress(holder.row, holder.device.id, context.project);
  return viewReservation(found(context.store.reservations.get(id)), context.store, context.project);
}

function holderOf(context: Context, id: string): { readonly device: DeviceRow; readonly row: AddressRow } | undefined {
  for (const device of context.store.devices.list()) {
    const row = device.addresses.find((each) => each.id === id);
    if (row !== undefined) return { device, row };
  }
  return undefined;
}

function isAssigned(context: Context, address: string): boolean {
  return context.store.devices.list().some((device) => device.addresses.some((row) => row.address === address));
}
