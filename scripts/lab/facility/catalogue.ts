/** What the facility sells. Ids are derived from names, so they are the same in every lab. */
import { createHash } from 'node:crypto';

export interface Plan {
  readonly id: string;
  readonly slug: string;
  readonly class: string;
  /** Dollars an hour. */
  readonly price: number;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly nics: number;
}

export interface Place {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly metro: string;
  /** Packet's word for how many machines are left. */
  readonly level: 'normal' | 'limited' | 'unavailable';
}

export interface Metro {
  readonly id: string;
  readonly code: string;
  readonly name: string;
  readonly country: string;
}

export interface OperatingSystem {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly distro: string;
  readonly version: string;
}

function plan(slug: string, price: number, cores: number, memoryGiB: number, nics = 2, oldName = slug): Plan {
  return { id: nameId(`plan/${slug}`), slug, class: oldName, price, cores, memoryGiB, nics };
}

export const PLANS: readonly Plan[] = [
  plan('c2.medium.x86', 1, 24, 64),
  plan('c3.small.x86', 0.5, 8, 32),
  plan('c3.medium.x86', 1.1, 24, 64),
  plan('m2.xlarge.x86', 2, 28, 384),
  plan('x1.small.x86', 0.4, 4, 32, 1, 'baremetal_1e'),
];

export const METROS: readonly Metro[] = [
  { id: nameId('metro/ny'), code: 'ny', name: 'New York', country: 'US' },
  { id: nameId('metro/am'), code: 'am', name: 'Amsterdam', country: 'NL' },
];

/** ams1 is sold out, always: a place to meet the capacity error in. */
export const PLACES: readonly Place[] = [
  { id: nameId('facility/ewr1'), code: 'ewr1', name: 'Parsippany, NJ', metro: 'ny', level: 'normal' },
  { id: nameId('facility/ams1'), code: 'ams1', name: 'Amsterdam, NL', metro: 'am', level: 'unavailable' },
];

/** Only what machines can be installed with. */
export const OPERATING_SYSTEMS: readonly OperatingSystem[] = [
  { id: nameId('os/debian_12'), slug: 'debian_12', name: 'Debian 12', distro: 'debian', version: '12' },
];

/** A uuid (version 5 layout) that depends on `name` only. */
export function nameId(name: string): string {
  const hex = createHash('sha256').update(name).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** The entry whose id, slug or code is `name`. */
export function pick<Entry extends { readonly id: string }>(
  entries: readonly (Entry & { readonly slug?: string; readonly code?: string })[],
  name: string,
): Entry | undefined {
  return entries.find((entry) => entry.id === name || entry.slug === name || entry.code === name);
}
