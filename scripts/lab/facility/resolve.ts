/** What an href of this API points to, for `include`. */
import { METROS, OPERATING_SYSTEMS, PLACES, PLANS, pick } from './catalogue.ts';
import type { View } from './catalogue-views.ts';
import { placeOf, viewMetro, viewOperatingSystem, viewPlan } from './catalogue-views.ts';
import type { Context } from './context.ts';
import { viewAddress, viewDevice, viewKey, viewProject, viewReservation } from './views.ts';

/** @param href `/devices/<id>`, without a version */
export function resolveHref(context: Context, href: string): View | undefined {
  const { store, project } = context;
  const cut = href.lastIndexOf('/');
  const id = href.slice(cut + 1);
  switch (href.slice(1, cut)) {
    case 'projects':
      return id === project.id ? viewProject(project) : undefined;
    case 'devices':
      return show(store.devices.get(id), (row) => viewDevice(row, store, project));
    case 'ssh-keys':
      return show(store.keys.get(id), viewKey);
    case 'ips':
      return (
        show(store.reservations.get(id), (row) => viewReservation(row, store, project)) ?? resolveAddress(context, id)
      );
    case 'plans':
      return show(pick(PLANS, id), viewPlan);
    case 'operating-systems':
      return show(pick(OPERATING_SYSTEMS, id), viewOperatingSystem);
    case 'facilities':
      return show(pick(PLACES, id), (place) => placeOf(place.code) ?? undefined);
    case 'locations/metros':
      return show(pick(METROS, id), (metro) => viewMetro(metro.code) ?? undefined);
    default:
      return undefined;
  }
}

function show<Row>(row: Row | undefined, view: (row: Row) => View | undefined): View | undefined {
  return row === undefined ? undefined : view(row);
}

function resolveAddress(context: Context, id: string): View | undefined {
  for (const device of context.store.devices.list()) {
    const row = device.addresses.find((address) => address.id === id);
    if (row !== undefined) return viewAddress(row, device.id, context.project);
  }
  return undefined;
}
