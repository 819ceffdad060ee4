/**
 * What callers send, read as generously as Packet did: null lists, `{}` for an empty list, numbers as text, custom
 * data as text that holds JSON. Every schema drops what it does not know.
 */
import * as z from 'zod';
import { refuseUnprocessable } from './http.ts';

const text = z.string().nullish();
const flag = z.union([z.boolean(), z.stringbool()]).nullish();
const listOfText = z
  .union([z.array(z.string()), z.object({}).transform(() => [])])
  .nullish()
  .transform((value) => value ?? []);
const money = z
  .union([
    z.number(),
    z
      .string()
      .regex(/^\d*\.?\d+$/)
      .transform(Number),
  ])
  .pipe(z.number().nonnegative());
const time = z
  .string()
  .refine((value) => !Number.isNaN(Date.parse(withZone(value))), 'is not a time')
  .transform(withZone);
const customdata = z.union([
  z.record(z.string(), z.unknown()),
  z.string().transform((value, context) => {
    const parsed = z.record(z.string(), z.unknown()).safeParse(value === '' ? {} : parseJson(value));
    if (parsed.success) return parsed.data;
    context.addIssue('is not an object');
    return z.NEVER;
  }),
]);
const hostname = z.string().regex(/^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/);
/** uuid, code, "any", or a list in order of preference. */
const place = z.union([z.string(), z.array(z.string())]).nullish();

const addressRequest = z.object({
  address_family: z.union([z.literal(4), z.literal(6)]),
  public: z.boolean().default(true),
});

export const deviceUpdate = z.object({
  hostname: hostname.nullish(),
  description: text,
  tags: z.union([z.array(z.string()), z.object({}).transform((): string[] => [])]).nullish(),
  userdata: text,
  customdata: customdata.nullish(),
  locked: flag,
  always_pxe: flag,
  ipxe_script_url: text,
  billing_cycle: z.enum(['hourly', 'daily', 'monthly', 'yearly']).nullish(),
  network_frozen: flag,
  spot_instance: flag,
});

export const deviceInput = deviceUpdate.extend({
  plan: z.string().min(1),
  operating_system: z.string().min(1),
  facility: place,
  metro: text,
  spot_price_max: money.nullish(),
  termination_time: time.nullish(),
  ip_addresses: z.array(addressRequest).nullish(),
  project_ssh_keys: listOfText,
  user_ssh_keys: listOfText,
  ssh_keys: z.array(z.object({ label: z.string(), key: z.string() })).nullish(),
  no_ssh_keys: flag,
});
export type DeviceInput = z.infer<typeof deviceInput>;

export const actionInput = z.object({
  type: z.enum(['power_on', 'power_off', 'reboot', 'rescue', 'reinstall']),
  operating_system: text,
});

export const batchInput = z.object({
  batches: z
    .array(
      z.looseObject({
        quantity: z.int().min(1).max(100).default(1),
        hostname: text,
        hostnames: z.array(z.string()).nullish(),
      }),
    )
    .min(1),
});

export const spotRequestInput = z.object({
  devices_min: z.int().min(1).max(100),
  devices_max: z.int().min(1).max(100),
  max_bid_price: money,
  end_at: time.nullish(),
  facilities: z.array(z.string()).nullish(),
  metro: text,
  instance_parameters: z.looseObject({ plan: z.string(), operating_system: z.string() }),
});

export const capacityInput = z.object({
  servers: z.array(
    z.looseObject({
      facility: text,
      metro: text,
      plan: z.string(),
      quantity: z.coerce.number().int().min(1).default(1),
    }),
  ),
});

export const reservationInput = z.object({
  type: z.string(),
  quantity: z.int().min(1).max(256),
  facility: text,
  metro: text,
  details: text,
  tags: listOfText,
  customdata: customdata.nullish(),
  fail_on_approval_required: flag,
});

export const reservationUpdate = z.object({
  details: text,
  tags: z.array(z.string()).nullish(),
  customdata: customdata.nullish(),
});

export const assignmentInput = z.object({ address: z.string() });
export const keyInput = z.object({ label: z.string().min(1), key: z.string().regex(/^[a-z0-9@.-]+ [A-Za-z0-9+/=]+/) });
export const keyUpdate = z.object({ label: z.string().min(1).nullish(), key: keyInput.shape.key.nullish() });

/** @throws Refusal 422 in Packet's words (`Plan can't be blank`), one line a problem */
export function readInput<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw refuseUnprocessable(...new Set(read.error.issues.map((issue) => describeIssue(issue, body))));
}

function describeIssue(issue: z.core.$ZodIssue, body: unknown): string {
  const name = issue.path.map(String).join(' ').replaceAll('_', ' ') || 'request';
  const value = issue.path.reduce<unknown>((inside, key) => property(inside, key), body);
  const subject = name.charAt(0).toUpperCase() + name.slice(1);
  return value === undefined || value === null || value === '' ? `${subject} can't be blank` : `${subject} is invalid`;
}

function property(inside: unknown, key: PropertyKey): unknown {
  return typeof inside === 'object' && inside !== null ? Reflect.get(inside, key) : undefined;
}

/** @returns undefined when it is not JSON */
export function parseJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}

/** A time without a zone is UTC. */
function withZone(value: string): string {
  return /(Z|[+-]\d\d:?\d\d)$/i.test(value) || !value.includes('T') ? value : `${value}Z`;
}
