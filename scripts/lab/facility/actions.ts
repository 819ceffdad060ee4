/** POST /devices/:id/actions */
import type * as z from 'zod';
import { OPERATING_SYSTEMS, pick } from './catalogue.ts';
import type { Context, Route } from './context.ts';
import { found, refuseUnprocessable } from './http.ts';
import { actionInput, readInput } from './input.ts';
import { stamp } from './journal.ts';
import type { DeviceRow, DeviceState } from './records.ts';
import { STEPS } from './steps.ts';

type Action = z.infer<typeof actionInput>;

/** The states in which Packet takes an action. */
const ALLOWED: Readonly<Record<Action['type'], readonly DeviceState[]>> = {
  power_on: ['inactive'],
  power_off: ['active'],
  reboot: ['active'],
  rescue: [],
  reinstall: ['active', 'inactive', 'failed'],
};

export function listActionRoutes(context: Context): readonly Route[] {
  return [
    {
      method: 'POST',
      path: '/devices/:id/actions',
      async answer(request) {
        const device = found(context.store.devices.get(request.param('id')));
        const action = readInput(actionInput, request.body);
        beginAction(context, device, action);
        await context.store.commit();
        return { status: 202, body: null };
      },
    },
  ];
}

function beginAction(context: Context, device: DeviceRow, action: Action): void {
  if (device.locked) throw refuseUnprocessable('Cannot perform actions on a locked device');
  if (action.type === 'rescue') throw refuseUnprocessable('Rescue is not available in this facility');
  if (!ALLOWED[action.type].includes(device.state)) {
    throw refuseUnprocessable(`Cannot ${action.type.replace('_', ' ')} a device while it is ${device.state}`);
  }
  context.store.devices.update(device.id, {
    ...changeFor(context, device, action),
    updatedAt: stamp(context.clock.now()),
  });
  context.journal.write(`instance.${action.type}`, `Device action ${action.type}`, { deviceId: device.id });
  context.life.advance(device.id);
}

function changeFor(context: Context, device: DeviceRow, action: Action): Partial<DeviceRow> {
  switch (action.type) {
    case 'power_on':
      return { state: 'powering_on' };
    case 'power_off':
      return { state: 'powering_off' };
    case 'reinstall':
      return { state: 'reinstalling', installed: false, os: chooseSystem(context, device, action) };
    default:
      return { rebootAsked: true };
  }
}

/** Also forgets the steps of the last installation, so that they are gone through again. */
function chooseSystem(context: Context, device: DeviceRow, action: Action): string {
  const system = pick(OPERATING_SYSTEMS, action.operating_system ?? device.os);
  if (system === undefined) throw refuseUnprocessable(`${action.operating_system} is not a valid operating system`);
  for (const event of context.store.events.list()) {
    if (event.deviceId === device.id && STEPS.some((step) => step.type === event.type)) {
      context.store.events.remove(event.id);
    }
  }
  return system.slug;
}
