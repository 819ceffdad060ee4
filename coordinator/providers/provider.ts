/**
 * Where machines come from. Implementations: packet.ts, static.ts; both are held to test/laws/provider.ts.
 * To add a provider: one file here, one line in index.ts.
 */
export interface DeviceAddress {
  readonly address: string;
  readonly family: 4 | 6;
  readonly prefix: number;
  readonly gateway: string;
  readonly public: boolean;
  /** False for an elastic address; only enabled management addresses identify a device. */
  readonly management: boolean;
}

export interface Device {
  readonly id: string;
  readonly hostname: string;
  /** The facility's word: queued, provisioning, active, inactive, failed, deprovisioning, deleted ... */
  readonly state: string;
  readonly plan: string;
  readonly facility: string;
  readonly tags: readonly string[];
  /** RFC 3339. */
  readonly createdAt: string;
  readonly addresses: readonly DeviceAddress[];
  /** RFC 3339; when the facility will take the device away, if it said so. */
  readonly terminationTime: string | undefined;
  /** What the facility last said went wrong, if anything. */
  readonly reason: string | undefined;
}

export interface DeviceRequest {
  readonly hostname: string;
  readonly plan: string;
  readonly os: string;
  readonly tags: readonly string[];
  readonly userdata: string;
  /** Dollars an hour; makes it a spot request. */
  readonly spotMaxPrice: number | undefined;
}

export interface Provider {
  readonly name: string;
  /** `packet://<id>`, `static://<id>`: what Kubernetes calls providerID. */
  providerId(deviceId: string): string;
  /** @throws PROVIDER_REFUSED with the provider's own words; PROVIDER_FAILED when it is not known whether a device was made */
  create(request: DeviceRequest): Promise<Device>;
  device(id: string): Promise<Device | undefined>;
  /** Devices of the project that carry the tag; finds out what a lost answer would have said. */
  tagged(tag: string): Promise<readonly Device[]>;
  list(): Promise<readonly Device[]>;
  /** What is already gone is no error. */
  remove(id: string): Promise<void>;
}
