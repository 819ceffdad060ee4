/** The metadata document of a device, as GET /metadata gives it. */
import { OPERATING_SYSTEMS, PLACES, PLANS, pick } from './catalogue.ts';
import type { View } from './catalogue-views.ts';
import type { DeviceRow } from './records.ts';
import type { FacilityStore } from './store.ts';
import { addressColumns, deviceIqn } from './views.ts';

/** @param service address at which the machine reaches the metadata service, `http://192.80.8.124` */
export function documentOf(device: DeviceRow, store: FacilityStore, service: string): View {
  const system = pick(OPERATING_SYSTEMS, device.os);
  const plan = pick(PLANS, device.plan);
  return {
    id: device.id,
    hostname: device.hostname,
    iqn: deviceIqn(device),
    operating_system: {
      slug: device.os,
      distro: system?.distro,
      version: system?.version,
      license_activation: { state: 'unlicensed' },
      image_tag: null,
    },
    plan: device.plan,
    class: plan?.class,
    facility: device.facility,
    metro: pick(PLACES, device.facility)?.metro,
    state: device.state,
    reserved: false,
    tags: device.tags,
    ssh_keys: listKeys(device, store),
    storage: { disks: [], filesystems: [] },
    private_subnets: ['10.0.0.0/8'],
    network: {
      bonding: { mode: 4, link_aggregation: 'mlag_ha', mac: device.macs[0] },
      interfaces: device.macs.map((mac, index) => ({ name: `eth${index}`, mac, bond: 'bond0' })),
      addresses: device.addresses.map(addressColumns),
      metal_gateways: [],
    },
    bgp_neighbors: [],
    customdata: device.customdata,
    volumes: [],
    api_url: 'https://metadata.packet.net',
    phone_home_url: `${service}/phone-home`,
    user_state_url: `${service}/events`,
    ...(device.spotInstance ? { spot: listSpot(device) } : {}),
  };
}

/** Keys of root, one line each. */
export function listKeys(device: DeviceRow, store: FacilityStore): readonly string[] {
  return device.sshKeyIds.flatMap((id) => store.keys.get(id)?.key ?? []);
}

function listSpot(device: DeviceRow): View {
  return device.terminationTime === null ? {} : { termination_time: device.terminationTime };
}
