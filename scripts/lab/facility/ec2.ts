/** The EC2 form of the metadata: /2009-04-04/..., the only version there is. */
import { OPERATING_SYSTEMS, pick } from './catalogue.ts';
import { listKeys } from './metadata-document.ts';
import type { AddressRow, DeviceRow } from './records.ts';
import type { FacilityStore } from './store.ts';
import { deviceIqn } from './views.ts';

interface Directory {
  readonly [name: string]: string | Directory;
}

/**
 * @param path from `/2009-04-04` on, with or without a slash at its end
 * @returns text of the leaf, or the names in the directory, one a line; undefined if there is no such path
 */
export function readEc2(device: DeviceRow, store: FacilityStore, path: string): string | undefined {
  const tree: Directory = {
    '2009-04-04': { 'meta-data': listMetadata(device, store), 'user-data': device.userdata },
  };
  const names = path.split('/').filter((name) => name !== '');
  const entry = names.reduce<string | Directory | undefined>(
    (inside, name) => (typeof inside === 'object' && Object.hasOwn(inside, name) ? inside[name] : undefined),
    tree,
  );
  if (typeof entry !== 'object') return entry;
  return Object.entries(entry)
    .map(([name, inside]) => (name === 'operating-system' && typeof inside === 'object' ? `${name}/` : name))
    .join('\n');
}

/** Addresses are listed only where there are any, `spot` only for spot devices; blank means "no notice". */
function listMetadata(device: DeviceRow, store: FacilityStore): Directory {
  return {
    'instance-id': device.id,
    hostname: device.hostname,
    iqn: deviceIqn(device),
    plan: device.plan,
    facility: device.facility,
    tags: device.tags.join('\n'),
    'operating-system': listOperatingSystem(device),
    'public-keys': listKeys(device, store).join('\n'),
    ...(device.spotInstance ? { spot: { 'termination-time': device.terminationTime ?? '' } } : {}),
    ...nameAddress('public-ipv4', device, (row) => row.public && row.family === 4),
    ...nameAddress('public-ipv6', device, (row) => row.public && row.family === 6),
    ...nameAddress('local-ipv4', device, (row) => !row.public && row.family === 4),
  };
}

function listOperatingSystem(device: DeviceRow): Directory {
  const system = pick(OPERATING_SYSTEMS, device.os);
  return {
    slug: device.os,
    distro: system?.distro ?? '',
    version: system?.version ?? '',
    'license-activation': { state: 'unlicensed' },
    'image-tag': '',
  };
}

function nameAddress(name: string, device: DeviceRow, fits: (row: AddressRow) => boolean): Directory {
  const row = device.addresses.find((each) => each.management && fits(each));
  return row === undefined ? {} : { [name]: row.address };
}
