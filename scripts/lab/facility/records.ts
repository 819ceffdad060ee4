/** What the facility remembers, one row a thing; rows are plain JSON and are replaced, never changed in place. */

export type DeviceState =
  | 'queued'
  | 'provisioning'
  | 'deprovisioning'
  | 'reinstalling'
  | 'active'
  | 'inactive'
  | 'failed'
  | 'powering_on'
  | 'powering_off';

/** One block on a device's interface. An elastic address has `management: false` and is its own gateway. */
export interface AddressRow {
  readonly id: string;
  readonly family: 4 | 6;
  readonly public: boolean;
  readonly management: boolean;
  readonly network: string;
  readonly address: string;
  readonly gateway: string;
  readonly netmask: string;
  readonly cidr: number;
  readonly createdAt: string;
  /** The block it was cut from; for an elastic address the reservation it belongs to. */
  readonly parent: { readonly id: string; readonly network: string; readonly netmask: string; readonly cidr: number };
}

export interface DeviceRow {
  readonly id: string;
  readonly hostname: string;
  readonly description: string | null;
  readonly state: DeviceState;
  readonly plan: string;
  readonly os: string;
  readonly facility: string;
  readonly tags: readonly string[];
  readonly billingCycle: string;
  readonly userdata: string;
  readonly customdata: Readonly<Record<string, unknown>>;
  readonly locked: boolean;
  readonly alwaysPxe: boolean;
  readonly ipxeScriptUrl: string | null;
  readonly networkFrozen: boolean;
  readonly spotInstance: boolean;
  /** Dollars an hour. */
  readonly spotPriceMax: number | null;
  /** RFC 3339. */
  readonly terminationTime: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly addresses: readonly AddressRow[];
  /** Which pair of /31 blocks the device has. */
  readonly slot: number;
  readonly macs: readonly string[];
  readonly sshKeyIds: readonly string[];
  readonly spotRequestId: string | null;
  /** Its disk is written and it has been started; from here on only its own phone-home makes it active. */
  readonly installed: boolean;
  /** A reboot was asked for and has not happened yet. */
  readonly rebootAsked: boolean;
  /** Ordered faults of this device: never leaves `queued`; is called active before it has started. */
  readonly stuck: boolean;
  readonly earlyActive: boolean;
}

export interface EventRow {
  readonly id: string;
  readonly type: string;
  readonly body: string;
  readonly state: string | null;
  readonly deviceId: string | null;
  readonly createdAt: string;
  readonly ip: string | null;
}

export interface BatchRow {
  readonly id: string;
  readonly state: 'queued' | 'in_progress' | 'completed' | 'failed';
  readonly quantity: number;
  readonly errorMessages: readonly string[];
  readonly deviceIds: readonly string[];
  readonly createdAt: string;
}

export interface SpotRequestRow {
  readonly id: string;
  readonly devicesMin: number;
  readonly devicesMax: number;
  readonly maxBidPrice: number;
  readonly endAt: string | null;
  readonly facilities: readonly string[];
  readonly metro: string | null;
  /** Body of a create call for one device, without its place. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly deviceIds: readonly string[];
  readonly createdAt: string;
}

export interface ReservationRow {
  readonly id: string;
  readonly address: string;
  readonly cidr: number;
  readonly facility: string;
  readonly details: string | null;
  readonly tags: readonly string[];
  readonly customdata: Readonly<Record<string, unknown>>;
  readonly createdAt: string;
}

export interface KeyRow {
  readonly id: string;
  readonly label: string;
  readonly key: string;
  readonly createdAt: string;
}

/** One price that held from a moment on; the newest row of a facility and plan is the price now. */
export interface PriceRow {
  readonly id: string;
  readonly facility: string;
  readonly plan: string;
  readonly price: number;
  /** Seconds since the epoch. */
  readonly from: number;
}

export type FaultKind = 'queued' | 'error' | 'rate-limit' | 'capacity' | 'early-active' | 'lost-answer';

export interface FaultRow {
  readonly id: string;
  readonly kind: FaultKind;
  /** How many more times it strikes. */
  readonly remaining: number;
  /** Strikes only requests whose path contains this. */
  readonly path: string;
}
