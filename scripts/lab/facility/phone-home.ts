/** What machines tell the facility: that they are up, how far their installation is, how their user's work goes. */
import * as z from 'zod';
import type { Context } from './context.ts';
import { parseJson } from './input.ts';
import type { DeviceRow } from './records.ts';

const phoneHome = z.object({
  instance_id: z.string().optional(),
  type: z.string().optional(),
  reason: z.string().optional(),
});

const userState = z.object({
  state: z.enum(['running', 'succeeded', 'failed']),
  code: z.int().min(1000).max(1099),
  message: z.string(),
});

/**
 * Takes all forms there are: a form or JSON with `instance_id`, JSON with `type` (a step, or a failure with its
 * reason), or nothing at all.
 * @returns the HTTP status: 404 when the machine calls itself by a name that is not its own
 */
export function takePhoneHome(context: Context, device: DeviceRow, body: string, contentType: string): number {
  const read = phoneHome.safeParse(readForm(body, contentType));
  if (!read.success) return 400;
  const { instance_id, type, reason } = read.data;
  if (instance_id !== undefined && instance_id !== device.id) return 404;
  if (type === 'failure') context.life.fail(device.id, reason ?? 'The installation failed');
  else if (type !== undefined) context.journal.write(type, type, { deviceId: device.id });
  else context.life.phoneHome(device.id);
  return 200;
}

/** @returns the HTTP status */
export function takeUserState(context: Context, device: DeviceRow, body: string, ip: string): number {
  const read = userState.safeParse(parseJson(body));
  if (!read.success) return 422;
  const { state, code, message } = read.data;
  context.journal.write(`user.${code}`, message, { deviceId: device.id, state, ip });
  return 201;
}

function readForm(body: string, contentType: string): unknown {
  if (body.trim() === '') return {};
  if (contentType.startsWith('application/x-www-form-urlencoded')) {
    const form = new URLSearchParams(body);
    if (form.has('instance_id')) return Object.fromEntries(form);
  }
  return parseJson(body) ?? Object.fromEntries(new URLSearchParams(body));
}
