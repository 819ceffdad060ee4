/** /projects/:project/devices, /devices/:id and what hangs below a device. */
import { PLACES, pick } from './catalogue.ts';
import type { Context, Route } from './context.ts';
import type { ApiRequest, Reply } from './http.ts';
import { found, Refusal, refuseUnprocessable } from './http.ts';
import { deviceUpdate, readInput } from './input.ts';
import { stamp } from './journal.ts';
import { documentOf } from './metadata-document.ts';
import { orderDevice } from './orders.ts';
import { answerPage } from './pages.ts';
import type { DeviceRow } from './records.ts';
import { viewDevice } from './views.ts';

export function listDeviceRoutes(context: Context): readonly Route[] {
  const { store, project } = context;
  const device = (request: ApiRequest): DeviceRow => found(store.devices.get(request.param('id')));
  const show = (row: DeviceRow): Reply => ({ status: 200, body: viewDevice(row, store, project) });
  const update = async (request: ApiRequest): Promise<Reply> => {
    const row = updateDevice(context, device(request), request.body);
    await store.commit();
    return show(row);
  };
  return [
    {
      method: 'POST',
      path: '/projects/:project/devices',
      async answer(request) {
        const row = orderDevice(context, request.body);
        await store.commit();
        const body = viewDevice(row, store, project);
        return { status: 201, body, lost: context.faults.strikes('lost-answer') };
      },
    },
    {
      method: 'GET',
      path: '/projects/:project/devices',
      answer(request) {
        const rows = store.devices.list().filter((row) => matchesQuery(row, request.query));
        return answerPage(
          request,
          'devices',
          rows.map((row) => viewDevice(row, store, project)),
        );
      },
    },
    { method: 'GET', path: '/devices/:id', answer: (request) => show(device(request)) },
    { method: 'PUT', path: '/devices/:id', answer: update },
    { method: 'PATCH', path: '/devices/:id', answer: update },
    {
      method: 'DELETE',
      path: '/devices/:id',
      async answer(request) {
        removeDevice(context, device(request));
        await store.commit();
        return { status: 204 };
      },
    },
    ...listDataRoutes(context, device),
  ];
}

function listDataRoutes(context: Context, device: (request: ApiRequest) => DeviceRow): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/devices/:id/userdata',
      answer: (request) => ({ status: 200, body: { userdata: device(request).userdata } }),
    },
    {
      method: 'GET',
      path: '/devices/:id/customdata',
      answer: (request) => ({ status: 200, body: device(request).customdata }),
    },
    {
      method: 'GET',
      path: '/devices/:id/metadata',
      answer: (request) => ({ status: 200, body: documentOf(device(request), context.store, 'http://192.80.8.124') }),
    },
  ];
}

/**
 * Begins to take a device away.
 * @throws Refusal 422 while it is provisioning or when it is locked
 */
export function removeDevice(context: Context, device: DeviceRow): void {
  if (device.state === 'provisioning') throw refuseUnprocessable('Cannot delete a device while it is provisioning');
  if (device.locked) throw refuseUnprocessable('Cannot delete a locked device');
  context.store.devices.update(device.id, { state: 'deprovisioning', updatedAt: stamp(context.clock.now()) });
  context.life.advance(device.id);
}

function updateDevice(context: Context, before: DeviceRow, body: unknown): DeviceRow {
  const input = readInput(deviceUpdate, body);
  if (input.spot_instance === true && !before.spotInstance) {
    throw new Refusal(422, ['An on-demand device cannot become a spot instance']);
  }
  const keptSpot = before.spotInstance && input.spot_instance !== false;
  if (before.spotInstance && !keptSpot) context.life.schedule(before.id, null);
  return found(
    context.store.devices.update(before.id, {
      hostname: input.hostname ?? before.hostname,
      description: input.description === undefined ? before.description : input.description,
      tags: input.tags ?? before.tags,
      userdata: input.userdata === undefined ? before.userdata : (input.userdata ?? ''),
      customdata: input.customdata ?? before.customdata,
      locked: input.locked ?? before.locked,
      alwaysPxe: input.always_pxe ?? before.alwaysPxe,
      ipxeScriptUrl: input.ipxe_script_url ?? before.ipxeScriptUrl,
      billingCycle: input.billing_cycle ?? before.billingCycle,
      networkFrozen: input.network_frozen ?? before.networkFrozen,
      spotInstance: keptSpot,
      spotPriceMax: keptSpot ? before.spotPriceMax : null,
      updatedAt: stamp(context.clock.now()),
    }),
  );
}

function matchesQuery(row: DeviceRow, query: URLSearchParams): boolean {
  const words = (name: string, matches: (value: string) => boolean): boolean => {
    const value = query.get(name);
    return value === null || value === '' || matches(value);
  };
  const isTrue = (value: string): boolean => value === 'true' || value === '1';
  return (
    words('search', (value) => searchedTexts(row).some((text) => text.includes(value))) &&
    words('hostname', (value) => row.hostname.includes(value)) &&
    words('tag', (value) => row.tags.includes(value)) &&
    words('facility', (value) => row.facility === value) &&
    words('metro', (value) => metroOf(row) === value) &&
    words('type', (value) => value === (row.spotInstance ? 'spot' : 'ondemand')) &&
    words('reserved', (value) => !isTrue(value)) &&
    words('has_termination_time', (value) => isTrue(value) === (row.terminationTime !== null))
  );
}

/** What `search` looks into, as packngo documents it (devices.go, List). */
function searchedTexts(row: DeviceRow): readonly string[] {
  const addresses = row.addresses.map((each) => each.address);
  return [row.hostname, row.description ?? '', row.id, row.plan, row.os, row.facility, ...row.tags, ...addresses];
}

function metroOf(row: DeviceRow): string | undefined {
  return pick(PLACES, row.facility)?.metro;
}
