/** What the facility sells, as Packet's API shows it. Hrefs carry no version; the router adds it for callers that use one. */
import type { OperatingSystem, Place, Plan } from './catalogue.ts';
import { METROS, PLACES, PLANS, pick } from './catalogue.ts';

export type View = Readonly<Record<string, unknown>>;

/** `/devices/<id>` */
export function refer(collection: string, id: string): { readonly href: string } {
  return { href: `/${collection}/${id}` };
}

export function viewPlan(plan: Plan): View {
  return {
    id: plan.id,
    slug: plan.slug,
    name: plan.slug,
    description: plan.slug,
    line: 'baremetal',
    legacy: false,
    class: plan.class,
    specs: {
      cpus: [{ count: 1, type: `${plan.cores} cores` }],
      memory: { total: `${plan.memoryGiB}GB` },
      drives: [{ count: 2, size: '480GB', type: 'SSD' }],
      nics: [{ count: plan.nics, type: '10Gbps' }],
      features: { raid: false, txt: true },
    },
    pricing: { hour: plan.price },
    deployment_types: ['on_demand', 'spot_market'],
    available_in: PLACES.map((place) => refer('facilities', place.id)),
    ...refer('plans', plan.id),
  };
}

export function viewOperatingSystem(system: OperatingSystem): View {
  return {
    id: system.id,
    slug: system.slug,
    name: system.name,
    distro: system.distro,
    version: system.version,
    provisionable_on: PLANS.map((plan) => plan.slug),
    preinstallable: true,
    licensed: false,
    pricing: {},
    ...refer('operating-systems', system.id),
  };
}

export function viewMetro(code: string): View | null {
  const metro = pick(METROS, code);
  return metro === undefined ? null : { ...metro, ...refer('locations/metros', metro.id) };
}

export function viewPlace(place: Place): View {
  return {
    id: place.id,
    name: place.name,
    code: place.code,
    features: ['baremetal', 'backend_transfer', 'layer_2', 'global_ipv4'],
    metro: viewMetro(place.metro),
    ip_ranges: [],
    ...refer('facilities', place.id),
  };
}

/** A facility in full by its code or id; null for one that is not known. */
export function placeOf(code: string): View | null {
  const place = pick(PLACES, code);
  return place === undefined ? null : viewPlace(place);
}
