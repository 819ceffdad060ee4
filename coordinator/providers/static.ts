/** Machines that are simply there: the operator's inventory says which, and boots them with their userdata by hand. */
import { VentError } from '../../shared/errors.ts';
import { nthAddress } from '../../shared/spec/cidr.ts';
import type { Device, DeviceAddress, Provider } from './provider.ts';

export interface StaticMachine {
  readonly id: string;
  readonly hostname: string;
  readonly privateAddress: string;
  readonly privatePrefix: number;
  readonly privateGateway?: string | undefined;
  readonly publicAddress?: string | undefined;
}

export interface StaticDeps {
  /** `spec.provider.static.machines`. */
  readonly machines: readonly StaticMachine[];
}

export function createStaticProvider(deps: StaticDeps): Provider {
  const devices = deps.machines.map(toDevice);
  return {
    name: 'static',
    providerId: (deviceId) => `static://${deviceId}`,
    async create(request) {
      throw new VentError(
        'PROVIDER_REFUSED',
        `cannot create device ${request.hostname}: machines of a static inventory are booted by hand`,
        { hint: 'Add the machine to spec.provider.static.machines and boot it with what `vent userdata` prints.' },
      );
    },
    device: async (id) => devices.find((device) => device.id === id),
    tagged: async (tag) => devices.filter((device) => device.tags.includes(tag)),
    list: async () => devices,
    async remove(id) {
      if (!devices.some((device) => device.id === id)) return;
      throw new VentError(
        'PROVIDER_REFUSED',
        `cannot remove device ${id}: machines of a static inventory are switched off by hand`,
        { hint: 'Take the machine out of spec.provider.static.machines and switch it off.' },
      );
    },
  };
}

function privateAddress(machine: StaticMachine): DeviceAddress {
  const { privateAddress: address, privatePrefix: prefix, privateGateway } = machine;
  const gateway = privateGateway ?? firstHost(address, prefix);
  return { address, family: 4, prefix, gateway, public: false, management: true };
}

/** Where gateways usually are: the first address of the subnet, which in a /31 is the network's own (RFC 3021). */
function firstHost(address: string, prefix: number): string {
  return nthAddress(`${address}/${prefix}`, prefix === 31 ? 0 : 1);
}

/** Nothing is routed by the public address of an inventory, so it stands alone: /32, and its own gateway. */
function publicAddresses({ publicAddress: address }: StaticMachine): readonly DeviceAddress[] {
  if (address === undefined) return [];
  return [{ address, family: 4, prefix: 32, gateway: address, public: true, management: true }];
}

function toDevice(machine: StaticMachine): Device {
  return {
    id: machine.id,
    hostname: machine.hostname,
    state: 'active',
    plan: 'static',
    facility: 'static',
    tags: [],
    createdAt: new Date(0).toISOString(),
    addresses: [privateAddress(machine), ...publicAddresses(machine)],
    terminationTime: undefined,
    reason: undefined,
  };
}
