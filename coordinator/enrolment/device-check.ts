/** Whether the provider's word and the token's agree about the device that enrols. */
import { VentError } from '../../shared/errors.ts';
import type { Device, DeviceAddress } from '../providers/provider.ts';
import type { TokenRow } from '../tokens.ts';
import { canonicalAddress } from './address.ts';

/** How far the provider's clock may be from the coordinator's. */
const TOLERANCE_MILLISECONDS = 5 * 60_000;

const LEAVING = ['deprovisioning', 'deleted', 'failed'];

export interface CheckedDevice {
  readonly device: Device;
  readonly privateAddress: DeviceAddress;
  readonly publicAddress: DeviceAddress | undefined;
}

/**
 * @param device what the provider says of the id that the agent gave
 * @param peer canonical address that the agent called from
 * @returns the device and the addresses it is known by
 * @throws VentError DEVICE_REFUSED
 */
export function checkDevice(
  deviceId: string,
  device: Device | undefined,
  token: TokenRow,
  peer: string,
): CheckedDevice {
  const refuse = (cause: string, hint: string): VentError =>
    new VentError('DEVICE_REFUSED', `cannot enrol device ${deviceId}: ${cause}`, { hint, retry: 'backoff' });
  if (device === undefined)
    throw refuse('the provider does not know it in this project', 'Is the machine in the project of spec.provider?');
  if (LEAVING.includes(device.state))
    throw refuse(`the provider says it is ${device.state}`, 'Make a new machine in its place.');
  if (isTooOld(device, token))
    throw refuse(`it was created at ${device.createdAt}, before its token`, 'Make a token for this device by name.');
  const management = device.addresses.filter((entry) => entry.management);
  if (!management.some((entry) => canonicalAddress(entry.address) === peer))
    throw refuse(`the call came from ${peer}, which is none of its addresses`, 'Is there a NAT or a proxy in between?');
  const privateAddress = management.find((entry) => entry.family === 4 && !entry.public);
  if (privateAddress === undefined)
    throw refuse('the provider gives it no private IPv4 address', 'Machines reach each other by private addresses.');
  return { device, privateAddress, publicAddress: management.find((entry) => entry.family === 4 && entry.public) };
}

/** A token that names a device from the start was made for a machine that is already there. */
function isTooOld(device: Device, token: TokenRow): boolean {
  if (token.deviceId !== undefined && !token.provisioned) return false;
  const created = Date.parse(device.createdAt);
  // An inventory that knows no time of creation states the epoch.
  return created > 0 && created < Date.parse(token.createdAt) - TOLERANCE_MILLISECONDS;
}
