/** From an HTTP request to a route and back: base paths, token, JSON, faults, envelopes. */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { VentError } from '../../../shared/errors.ts';
import { listActionRoutes } from './actions.ts';
import { listAddressRoutes } from './addresses.ts';
import { listBatchRoutes } from './batches.ts';
import { listCapacityRoutes } from './capacity.ts';
import { listCatalogueRoutes } from './catalogue-routes.ts';
import type { Context, Route } from './context.ts';
import { listDeviceRoutes } from './devices.ts';
import { listEventRoutes } from './events.ts';
import type { ApiRequest, Reply } from './http.ts';
import { Refusal, readBody, targetOf } from './http.ts';
import { parseJson } from './input.ts';
import { listKeyRoutes } from './keys.ts';
import { listLabRoutes } from './lab.ts';
import { resolveHref } from './resolve.ts';
import { prefixHrefs, shapeBody } from './shape.ts';
import { listSpotMarketRoutes } from './spot-market.ts';
import { listSpotRequestRoutes } from './spot-requests.ts';
import { listUserdataRoutes } from './userdata.ts';

const BASE = '/metal/v1';
const HOURLY_LIMIT = 5000;
const OH_SNAP =
  "Oh snap, something went wrong! We've logged the error and will take a look - please reach out to us if you continue having trouble.";

/** Serves the API below `/metal/v1` and below `/`; every answer is JSON. */
export function createRouter(context: Context, token: string): RequestListener {
  const routes = [
    ...listCatalogueRoutes(context),
    ...listDeviceRoutes(context),
    ...listActionRoutes(context),
    ...listEventRoutes(context),
    ...listBatchRoutes(context),
    ...listSpotMarketRoutes(context),
    ...listSpotRequestRoutes(context),
    ...listCapacityRoutes(context),
    ...listAddressRoutes(context),
    ...listKeyRoutes(context),
    ...listUserdataRoutes(),
    ...listLabRoutes(context),
  ].map(compile);
  return async (message, response) => {
    const url = targetOf(message);
    // packet-python puts paths that begin with a slash behind another one.
    const whole = url.pathname.replaceAll(/\/{2,}/g, '/');
    const base = whole.startsWith(`${BASE}/`) ? BASE : '';
    const path = whole.slice(base.length);
    try {
      const body = await readBody(message);
      requireToken(message, token);
      const method = message.method ?? 'GET';
      strike(context, method, path);
      const { route, params } = findRoute(routes, method, path, context.project.id);
      const request = readRequest(method, path, url.searchParams, params, body);
      const reply = await route.answer(request);
      if (reply.lost === true) {
        response.destroy();
        return;
      }
      const shaped = shapeBody(reply.body, url.searchParams, (href) => resolveHref(context, href));
      write(response, { ...reply, body: prefixHrefs(shaped, base) });
    } catch (thrown) {
      write(response, replyTo(thrown, context));
    }
  };
}

interface Compiled extends Route {
  readonly segments: readonly string[];
}

function compile(route: Route): Compiled {
  return { ...route, segments: route.path.split('/') };
}

function findRoute(
  routes: readonly Compiled[],
  method: string,
  path: string,
  project: string,
): { readonly route: Route; readonly params: Readonly<Record<string, string>> } {
  const segments = path.replace(/\/+$/, '').split('/');
  const fitting = routes.filter(
    (route) =>
      route.segments.length === segments.length &&
      route.segments.every((segment, index) => segment.startsWith(':') || segment === segments[index]),
  );
  const route = fitting.find((each) => each.method === method);
  if (route === undefined)
    throw new Refusal(fitting.length === 0 ? 404 : 405, [fitting.length === 0 ? 'Not found' : 'Method not allowed']);
  const params = Object.fromEntries(
    route.segments.flatMap((segment, index) =>
      segment.startsWith(':') ? [[segment.slice(1), decode(segments[index] ?? '')]] : [],
    ),
  );
  if (params.project !== undefined && params.project !== project) throw new Refusal(404, ['Not found']);
  return { route, params };
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new Refusal(404, ['Not found']);
  }
}

function readRequest(
  method: string,
  path: string,
  query: URLSearchParams,
  params: Readonly<Record<string, string>>,
  bytes: Buffer,
): ApiRequest {
  const body = bytes.length === 0 ? {} : parseJson(bytes.toString('utf8'));
  if (body === undefined) throw new Refusal(400, ['Request body is not valid JSON']);
  return { method, path, query, body, param: (name) => params[name] ?? '' };
}

/** Compares hashes, so that the time taken says nothing about the token. */
function requireToken(message: IncomingMessage, token: string): void {
  const given = message.headers['x-auth-token'];
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest();
  if (typeof given === 'string' && timingSafeEqual(hash(given), hash(token))) return;
  throw new Refusal(401, ['Invalid authentication token']);
}

/** Ordered faults of the whole API; the lab's own calls are spared. */
function strike(context: Context, method: string, path: string): void {
  if (path.startsWith('/lab/')) return;
  const call = `${method} ${path}`;
  if (context.faults.strikes('error', call)) throw new Refusal(500, [OH_SNAP]);
  if (!context.faults.strikes('rate-limit', call)) return;
  throw new Refusal(429, ['API rate limit exceeded'], {
    'X-RateLimit-Limit': String(HOURLY_LIMIT),
    'X-RateLimit-Remaining': '0',
    'X-RateLimit-Reset': String(Math.floor(context.clock.now() / 1000) + 1),
  });
}

function replyTo(thrown: unknown, context: Context): Reply {
  if (thrown instanceof Refusal)
    return { status: thrown.status, body: { errors: thrown.words }, headers: thrown.headers };
  context.log.error('the facility has a defect', { cause: VentError.from(thrown).message });
  return { status: 500, body: { errors: [OH_SNAP] } };
}

function write(response: ServerResponse, reply: Reply): void {
  response.writeHead(reply.status, { 'Content-Type': 'application/json; charset=utf-8', ...reply.headers });
  response.end(reply.body === undefined ? undefined : `${JSON.stringify(reply.body)}\n`);
}
