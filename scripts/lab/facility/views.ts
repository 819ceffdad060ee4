/** Rows as the API shows them. */
import { nameId, OPERATING_SYSTEMS, PLACES, PLANS, pick } from './catalogue.ts';
import type { View } from './catalogue-views.ts';
import { placeOf, refer, viewMetro, viewOperatingSystem, viewPlan } from './catalogue-views.ts';
import type { AddressRow, BatchRow, DeviceRow, EventRow, KeyRow, ReservationRow, SpotRequestRow } from './records.ts';
import { STEPS } from './steps.ts';
import type { FacilityStore } from './store.ts';

export interface Project {
  readonly id: string;
  readonly name: string;
}

export function viewProject(project: Project): View {
  return {
    id: project.id,
    name: project.name,
    created_at: '2020-01-01T00:00:00Z',
    updated_at: '2020-01-01T00:00:00Z',
    max_devices: {},
    members: [],
    memberships: [],
    invitations: [],
    network_status: {},
    ssh_keys: [],
    ...refer('projects', project.id),
  };
}

export function viewAddress(row: AddressRow, deviceId: string, project: Project): View {
  return {
    ...addressColumns(row),
    manageable: true,
    global_ip: null,
    customdata: {},
    tags: [],
    project: row.management ? {} : refer('projects', project.id),
    project_lite: row.management ? {} : refer('projects', project.id),
    assigned_to: refer('devices', deviceId),
    interface: refer('ports', nameId(`port/${deviceId}/bond0`)),
    ...refer('ips', row.id),
  };
}

/** What API and metadata service say alike of an address. */
export function addressColumns(row: AddressRow): View {
  return {
    id: row.id,
    address_family: row.family,
    netmask: row.netmask,
    created_at: row.createdAt,
    public: row.public,
    cidr: row.cidr,
    management: row.management,
    enabled: true,
    network: row.network,
    address: row.address,
    gateway: row.gateway,
    parent_block: {
      network: row.parent.network,
      netmask: row.parent.netmask,
      cidr: row.parent.cidr,
      ...refer('ips', row.parent.id),
    },
  };
}

export function viewReservation(row: ReservationRow, store: FacilityStore, project: Project): View {
  const assigned = store.devices
    .list()
    .flatMap((device) => device.addresses.filter((address) => !address.management && address.parent.id === row.id));
  return {
    id: row.id,
    type: 'public_ipv4',
    state: 'created',
    address_family: 4,
    network: row.address,
    address: row.address,
    gateway: row.address,
    cidr: row.cidr,
    public: true,
    management: false,
    manageable: true,
    enabled: true,
    addon: true,
    bill: true,
    global_ip: null,
    details: row.details,
    tags: row.tags,
    customdata: row.customdata,
    created_at: row.createdAt,
    facility: placeOf(row.facility),
    project: refer('projects', project.id),
    project_lite: refer('projects', project.id),
    assignments: assigned.map((address) => refer('ips', address.id)),
    ...refer('ips', row.id),
  };
}

export function viewKey(row: KeyRow): View {
  return {
    id: row.id,
    label: row.label,
    key: row.key,
    fingerprint: nameId(row.key),
    created_at: row.createdAt,
    updated_at: row.createdAt,
    entity: null,
    ...refer('ssh-keys', row.id),
  };
}

export function viewEvent(row: EventRow): View {
  return {
    id: row.id,
    type: row.type,
    body: row.body,
    state: row.state,
    interpolated: row.body,
    created_at: row.createdAt,
    modified_by: null,
    ip: row.ip,
    relationships: row.deviceId === null ? [] : [refer('devices', row.deviceId)],
    ...refer('events', row.id),
  };
}

export function viewBatch(row: BatchRow, project: Project): View {
  return {
    id: row.id,
    state: row.state,
    quantity: row.quantity,
    error_messages: row.errorMessages,
    created_at: row.createdAt,
    updated_at: row.createdAt,
    devices: row.deviceIds.map((id) => refer('devices', id)),
    project: refer('projects', project.id),
    ...refer('batches', row.id),
  };
}

/** Both `devices`, which clients read, and `instances`, which the published schema says. */
export function viewSpotRequest(row: SpotRequestRow, project: Project): View {
  const devices = row.deviceIds.map((id) => refer('devices', id));
  return {
    id: row.id,
    devices_min: row.devicesMin,
    devices_max: row.devicesMax,
    max_bid_price: row.maxBidPrice,
    plan: refer('plans', pick(PLANS, String(row.parameters.plan))?.id ?? ''),
    end_at: row.endAt,
    created_at: row.createdAt,
    facilities: row.facilities.map((code) => placeOf(code)),
    metro: row.metro === null ? null : viewMetro(row.metro),
    project: refer('projects', project.id),
    devices,
    instances: devices,
    ...refer('spot-market-requests', row.id),
  };
}

export function viewDevice(row: DeviceRow, store: FacilityStore, project: Project): View {
  const events = store.events.list().filter((event) => event.deviceId === row.id);
  const system = pick(OPERATING_SYSTEMS, row.os);
  const plan = pick(PLANS, row.plan);
  const place = pick(PLACES, row.facility);
  const done = STEPS.filter((step) => events.some((event) => event.type === step.type)).length;
  const settling = row.state === 'queued' || row.state === 'provisioning' || row.state === 'reinstalling';
  return {
    id: row.id,
    short_id: row.id.slice(0, 8),
    hostname: row.hostname,
    description: row.description,
    state: row.state,
    tags: row.tags,
    billing_cycle: row.billingCycle,
    user: 'root',
    iqn: deviceIqn(row),
    locked: row.locked,
    bonding_mode: 4,
    created_at: row.createdAt,
    updated_at: row.updatedAt,
    ...(settling ? { provisioning_percentage: Math.round((done / STEPS.length) * 100) } : {}),
    operating_system: system === undefined ? null : viewOperatingSystem(system),
    always_pxe: row.alwaysPxe,
    ipxe_script_url: row.ipxeScriptUrl,
    facility: placeOf(row.facility),
    metro: place === undefined ? null : viewMetro(place.metro),
    project: refer('projects', project.id),
    project_lite: refer('projects', project.id),
    plan: plan === undefined ? null : viewPlan(plan),
    ip_addresses: row.addresses.map((address) => viewAddress(address, row.id, project)),
    network_ports: viewPorts(row),
    provisioning_events: viewSteps(events),
    ssh_keys: row.sshKeyIds.map((id) => refer('ssh-keys', id)),
    volumes: [],
    userdata: row.userdata,
    customdata: row.customdata,
    hardware_reservation: null,
    spot_instance: row.spotInstance,
    ...(row.spotPriceMax === null ? {} : { spot_price_max: row.spotPriceMax }),
    ...(row.terminationTime === null ? {} : { termination_time: row.terminationTime }),
    switch_uuid: nameId('switch').slice(0, 8),
    image_url: null,
    network_frozen: row.networkFrozen,
    actions:
      row.state === 'active'
        ? [
            { type: 'power_off', name: 'Power off' },
            { type: 'reboot', name: 'Reboot' },
          ]
        : [],
    sos: `${row.id}@sos.${row.facility}.packet.net`,
    ...refer('devices', row.id),
  };
}

export function deviceIqn(row: DeviceRow): string {
  return `iqn.${row.createdAt.slice(0, 7)}.net.packet:device.${row.id.slice(0, 8)}`;
}

function viewPorts(row: DeviceRow): readonly View[] {
  const bond = { id: nameId(`port/${row.id}/bond0`), name: 'bond0' };
  const slaves = row.macs.map((mac, index) => {
    const name = `eth${index}`;
    const id = nameId(`port/${row.id}/${name}`);
    return { id, name, type: 'NetworkPort', data: { mac, bonded: true }, bond, ...refer('ports', id) };
  });
  const first = {
    ...bond,
    type: 'NetworkBondPort',
    network_type: 'layer3',
    data: { bonded: true },
    ...refer('ports', bond.id),
  };
  return [first, ...slaves];
}

/** What happened, then the steps still to come, which have no id and no time. */
function viewSteps(events: readonly EventRow[]): readonly View[] {
  const happened = events.filter((event) => event.type.startsWith('provisioning.')).map(viewEvent);
  const coming = STEPS.filter((step) => !events.some((event) => event.type === step.type));
  return [...happened, ...coming.map((step) => ({ id: null, ...step, created_at: null }))];
}
