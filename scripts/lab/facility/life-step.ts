/** What a device's row asks for next, and how it is done. Every step may be repeated after a crash. */
import type { Clock } from '../../../shared/clock.ts';
import type { Logger } from '../../../shared/log.ts';
import type { Journal } from './journal.ts';
import { stamp } from './journal.ts';
import type { MachineOrder, Machines } from './machines.ts';
import type { DeviceRow, DeviceState } from './records.ts';
import { STEPS } from './steps.ts';
import type { FacilityStore } from './store.ts';

/** Milliseconds. */
export interface Timing {
  /** From queued to provisioning, and between two steps of provisioning. */
  readonly step: number;
  /** A machine that has not phoned home for so long after it was started has failed. */
  readonly provisioningLimit: number;
  /** From the notice of a spot termination to the termination. */
  readonly spotNotice: number;
}

export const DEFAULT_TIMING: Timing = { step: 100, provisioningLimit: 20 * 60_000, spotNotice: 120_000 };

export interface LifeDeps {
  readonly store: FacilityStore;
  readonly machines: Machines;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly log: Logger;
  readonly timing: Timing;
}

export type Step = (device: DeviceRow, deps: LifeDeps, signal: AbortSignal) => Promise<void>;

/** Undefined: nothing is to be done before something outside happens. */
export function nextStep(device: DeviceRow | undefined): Step | undefined {
  switch (device?.state) {
    case 'queued':
      return device.stuck ? undefined : begin;
    case 'provisioning':
    case 'reinstalling':
      return device.installed ? undefined : install;
    case 'powering_on':
      return powerOn;
    case 'powering_off':
      return powerOff;
    case 'deprovisioning':
      return remove;
    case 'active':
      if (!device.installed) return install;
      return device.rebootAsked ? reboot : undefined;
    default:
      return undefined;
  }
}

async function begin(device: DeviceRow, deps: LifeDeps, signal: AbortSignal): Promise<void> {
  await deps.clock.wait(deps.timing.step, signal);
  settle(device, deps, device.earlyActive ? 'active' : 'provisioning');
}

async function install(device: DeviceRow, deps: LifeDeps, signal: AbortSignal): Promise<void> {
  const written = new Set(
    deps.store.events
      .list()
      .filter((event) => event.deviceId === device.id)
      .map((event) => event.type),
  );
  for (const step of STEPS) {
    if (deps.store.devices.get(device.id)?.state !== device.state) return;
    if (written.has(step.type)) continue;
    deps.journal.write(step.type, describeStep(step, device), { deviceId: device.id });
    await deps.store.commit();
    await deps.clock.wait(deps.timing.step, signal);
  }
  await deps.machines.install(orderMachine(device, deps.store));
  deps.store.devices.update(device.id, { installed: true });
}

async function powerOn(device: DeviceRow, deps: LifeDeps): Promise<void> {
  await deps.machines.powerOn(device.id);
  settle(device, deps, 'active');
}

async function powerOff(device: DeviceRow, deps: LifeDeps): Promise<void> {
  await deps.machines.powerOff(device.id);
  settle(device, deps, 'inactive');
}

async function reboot(device: DeviceRow, deps: LifeDeps): Promise<void> {
  await deps.machines.reboot(device.id);
  deps.store.devices.update(device.id, { rebootAsked: false });
}

async function remove(device: DeviceRow, deps: LifeDeps): Promise<void> {
  await deps.machines.remove(device.id);
  deps.store.devices.remove(device.id);
  deps.journal.write('instance.deleted', `Device ${device.hostname} deleted`, { deviceId: device.id });
  deps.log.info('device gone', { device: device.id, hostname: device.hostname });
}

/** Leaves a state that somebody else has set meanwhile alone: a termination wins over any power action. */
function settle(before: DeviceRow, deps: LifeDeps, state: DeviceState): void {
  if (deps.store.devices.get(before.id)?.state !== before.state) return;
  deps.store.devices.update(before.id, { state, updatedAt: stamp(deps.clock.now()) });
}

function describeStep(step: (typeof STEPS)[number], device: DeviceRow): string {
  if (step.type !== 'provisioning.102') return step.body;
  return `Network configured with addresses ${device.addresses.map((address) => address.address).join(', ')}`;
}

function orderMachine(device: DeviceRow, store: FacilityStore): MachineOrder {
  return {
    id: device.id,
    hostname: device.hostname,
    os: device.os,
    plan: device.plan,
    macs: device.macs,
    addresses: device.addresses.filter((address) => address.management),
    sshKeys: device.sshKeyIds.flatMap((id) => store.keys.get(id)?.key ?? []),
  };
}
