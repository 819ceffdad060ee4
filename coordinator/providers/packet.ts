/**
 * Packet's API v1 (later Equinix Metal's), or anything that speaks as it did. It has no key that makes a create call
 * safe to repeat: after PROVIDER_FAILED from `create` the caller looks the device up by its tag.
 */
import * as z from 'zod';
import type { Clock } from '../../shared/clock.ts';
import { VentError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/log.ts';
import type { Device, DeviceRequest, Provider } from './provider.ts';

export interface PacketDeps {
  /** Base address, with its version if it has one. */
  readonly url: string;
  /** Secret: value of X-Auth-Token. */
  readonly token: string;
  readonly project: string;
  readonly facility: string;
  readonly fetch: typeof fetch;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Milliseconds; a create call has been seen to take long on the real service, so it is generous. */
const TIME_LIMIT = 60_000;
const PAGE_SIZE = 100;
/** Longer words of a provider are cut: they end up in logs and on screens. */
const LONGEST_WORDS = 500;

const addressSchema = z.object({
  address: z.string(),
  address_family: z.union([z.literal(4), z.literal(6)]),
  cidr: z.number(),
  gateway: z.string(),
  public: z.boolean(),
  management: z.boolean().default(true),
  enabled: z.boolean().default(true),
});

const deviceSchema = z.object({
  id: z.string().min(1),
  hostname: z.string(),
  state: z.string(),
  plan: z.object({ slug: z.string() }),
  facility: z.object({ code: z.string() }),
  tags: z.array(z.string()).nullish(),
  created_at: z.string(),
  ip_addresses: z.array(addressSchema).nullish(),
  termination_time: z.string().nullish(),
  provisioning_events: z.array(z.object({ body: z.string(), created_at: z.string().nullish() })).nullish(),
});

const pageSchema = z.object({
  devices: z.array(deviceSchema),
  meta: z.object({ next: z.object({ href: z.string() }).nullish() }).nullish(),
});

const errorSchema = z.object({ errors: z.array(z.string()).optional(), error: z.string().optional() });

interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export function createPacketProvider(deps: PacketDeps): Provider {
  const devices = `/projects/${encodeURIComponent(deps.project)}/devices`;

  async function list(query: Readonly<Record<string, string>>): Promise<readonly Device[]> {
    const found: Device[] = [];
    // Pages are counted, not followed: the form of `meta.next.href` differs between the API's versions.
    for (let page = 1; ; page += 1) {
      const asked = new URLSearchParams({ ...query, page: String(page), per_page: String(PAGE_SIZE) });
      const answer = requireSuccess(await call(deps, 'GET', `${devices}?${asked}`), 'list devices');
      const read = readAs(pageSchema, answer, 'list devices');
      found.push(...read.devices.map(toDevice));
      if (read.devices.length === 0 || read.meta?.next == null) return found;
    }
  }

  return {
    name: 'packet',
    providerId: (deviceId) => `packet://${deviceId}`,
    async create(request) {
      const verb = `create device ${request.hostname}`;
      const answer = requireSuccess(await call(deps, 'POST', devices, toBody(request, deps.facility)), verb);
      const device = toDevice(readAs(deviceSchema, answer, verb));
      deps.log.info('device ordered', { device: device.id, hostname: device.hostname, plan: device.plan });
      return device;
    },
    async device(id) {
      const answer = await call(deps, 'GET', `/devices/${encodeURIComponent(id)}`);
      if (answer.status === 404) return undefined;
      return toDevice(readAs(deviceSchema, requireSuccess(answer, `look up device ${id}`), `look up device ${id}`));
    },
    async tagged(tag) {
      return (await list({ tag })).filter((device) => device.tags.includes(tag));
    },
    list: () => list({}),
    async remove(id) {
      const answer = await call(deps, 'DELETE', `/devices/${encodeURIComponent(id)}`);
      if (answer.status !== 404) requireSuccess(answer, `remove device ${id}`);
    },
  };
}

function toBody(request: DeviceRequest, facility: string): Readonly<Record<string, unknown>> {
  const spot = request.spotMaxPrice === undefined ? {} : { spot_instance: true, spot_price_max: request.spotMaxPrice };
  return {
    hostname: request.hostname,
    plan: request.plan,
    operating_system: request.os,
    facility,
    billing_cycle: 'hourly',
    tags: request.tags,
    userdata: request.userdata,
    ...spot,
  };
}

function toDevice(read: z.infer<typeof deviceSchema>): Device {
  const addresses = (read.ip_addresses ?? []).map((row) => ({
    address: row.address,
    family: row.address_family,
    prefix: row.cidr,
    gateway: row.gateway,
    public: row.public,
    management: row.management && row.enabled,
  }));
  const happened = (read.provisioning_events ?? []).filter((event) => event.created_at != null);
  return {
    id: read.id,
    hostname: read.hostname,
    state: read.state,
    plan: read.plan.slug,
    facility: read.facility.code,
    tags: read.tags ?? [],
    createdAt: read.created_at,
    addresses,
    terminationTime: read.termination_time ?? undefined,
    reason: read.state === 'failed' ? happened.at(-1)?.body : undefined,
  };
}

/** @throws PROVIDER_FAILED when there is no answer in time, or one that is no JSON where JSON is due */
async function call(deps: PacketDeps, method: string, path: string, body?: unknown): Promise<Answer> {
  const answered = new AbortController();
  const late = new AbortController();
  deps.clock.wait(TIME_LIMIT, answered.signal).then(
    () => late.abort(new Error(`no answer within ${TIME_LIMIT / 1000} s`)),
    () => undefined,
  );
  try {
    const response = await deps.fetch(`${deps.url.replace(/\/+$/, '')}${path}`, {
      method,
      headers: { 'X-Auth-Token': deps.token, Accept: 'application/json', 'Content-Type': 'application/json' },
      redirect: 'error',
      signal: late.signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: readJson(await response.text()) };
  } catch (thrown) {
    throw fail(`reach the provider for ${method} ${path.split('?')[0]}`, describeCause(thrown), thrown);
  } finally {
    answered.abort();
  }
}

/** @throws PROVIDER_FAILED for 429 and 5xx, PROVIDER_REFUSED for every other answer that is no success */
function requireSuccess(answer: Answer, verb: string): Answer {
  const { status } = answer;
  if (status >= 200 && status < 300) return answer;
  const words = readWords(answer.body) ?? `HTTP status ${status}`;
  if (status === 429 || status >= 500) throw fail(verb, words);
  throw new VentError('PROVIDER_REFUSED', `cannot ${verb}: ${words}`, { hint: hintFor(status) });
}

function readAs<Schema extends z.ZodType>(schema: Schema, answer: Answer, verb: string): z.infer<Schema> {
  const read = schema.safeParse(answer.body);
  if (read.success) return read.data;
  throw fail(verb, `the answer does not have the expected shape at ${read.error.issues[0]?.path.join('.') ?? '?'}`);
}

function fail(verb: string, cause: string, thrown?: unknown): VentError {
  return new VentError('PROVIDER_FAILED', `cannot ${verb}: ${cause}`, {
    hint: 'Wait and try again; if it stays so, look at the status page of the provider.',
    retry: 'backoff',
    ...(thrown === undefined ? {} : { cause: thrown }),
  });
}

function hintFor(status: number): string {
  if (status === 401 || status === 403) return 'Check the token in the credentials file and what it may do.';
  if (status === 404) return 'Check the project in spec.provider.packet.project.';
  return 'Change what is asked for: the plan, the facility, the operating system or the bid.';
}

/** What the provider says was wrong: `{errors: [...]}` or `{error: ...}`. */
function readWords(body: unknown): string | undefined {
  const read = errorSchema.safeParse(body);
  if (!read.success) return undefined;
  const words = [...(read.data.errors ?? []), ...(read.data.error === undefined ? [] : [read.data.error])];
  return words.length === 0 ? undefined : words.join('; ').slice(0, LONGEST_WORDS);
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Node's fetch says "fetch failed" and puts what happened into the cause. */
function describeCause(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  return thrown.cause instanceof Error ? thrown.cause.message : thrown.message;
}
