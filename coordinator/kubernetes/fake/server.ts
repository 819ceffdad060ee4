/**
 * A small API server in memory, for tests: objects, versions, conflicts, watches, server-side apply as far as the
 * coordinator uses it. It stands in for the transport, so that paths, queries and media types are the client's own.
 * test/laws/kubernetes.ts holds it and a real API server to the same behaviour.
 */
import { VentError } from '../../../shared/errors.ts';
import type { Json } from '../../store/store.ts';
import type { Answer, Call, Transport } from '../transport.ts';
import { spendBudget } from './eviction.ts';
import { applyFields, type Fields, isFields, mergePatch } from './patch.ts';
import { isIn, isSelected, type Place, placeOf } from './query.ts';
import { createFakeStore, type FakeStore } from './store.ts';
import { watchFake } from './watch.ts';

export interface Fault {
  readonly method?: Call['method'];
  /** Part of the path, with its query. */
  readonly path?: string;
  /** 0 stands for no answer at all. */
  readonly status: number;
  /** How many calls it meets. */
  readonly times: number;
}

export interface FakeApiServer {
  readonly transport: Transport;
  /** The next calls that fit are answered so. */
  fail(fault: Fault): void;
  /** What the log of the pod at `namespace/name` says. */
  writeLog(pod: string, text: string): void;
  /** Forgets the history and ends every watch, so that those from before must list again. */
  compact(): void;
  /** Ends every watch, as a server that goes away does. */
  disconnect(): void;
  /** Whether the caller is bound to everything. */
  setBound(isBound: boolean): void;
  /** `PATCH /api/v1/nodes/n1`, without queries, in order. */
  readonly calls: readonly string[];
}

interface FakeWorld {
  readonly store: FakeStore;
  /** By manager and path: what it applied there last. */
  readonly applied: Map<string, Fields>;
  readonly logs: Map<string, string>;
  readonly faults: Map<Fault, number>;
  readonly calls: string[];
  /** Raised to end the watches of before. */
  epoch: number;
  isBound: boolean;
}

export function createFakeApiServer(): FakeApiServer {
  const store = createFakeStore();
  const world: FakeWorld = {
    store,
    applied: new Map(),
    logs: new Map(),
    faults: new Map(),
    calls: [],
    epoch: 0,
    isBound: true,
  };
  for (const name of ['default', 'kube-system'])
    store.put(`/api/v1/namespaces/${name}`, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  const disconnect = (): void => {
    world.epoch += 1;
    store.stir();
  };
  return {
    transport: {
      send: async (call) => meetFault(world, call) ?? answer(world, call),
      open: async (path, signal) => {
        const fault = meetFault(world, { method: 'GET', path });
        return fault === undefined
          ? watchFake(store, path, isCurrent(world), signal)
          : { status: fault.status, lines: nothing() };
      },
      close: () => undefined,
    },
    fail: (fault) => void world.faults.set(fault, fault.times),
    writeLog: (pod, text) => void world.logs.set(pod, text),
    compact: () => {
      store.compact();
      disconnect();
    },
    disconnect,
    setBound: (isBound) => {
      world.isBound = isBound;
    },
    calls: world.calls,
  };
}

/** A question that is answered no after the next disconnection. */
function isCurrent(world: FakeWorld): () => boolean {
  const { epoch } = world;
  return () => world.epoch === epoch;
}

async function* nothing(): AsyncGenerator<string> {
  // A refusal has no lines.
}

function meetFault(world: FakeWorld, { method, path }: Call): Answer | undefined {
  world.calls.push(`${method} ${path.split('?')[0]}`);
  for (const [fault, left] of world.faults) {
    if (left === 0 || (fault.method ?? method) !== method || !path.includes(fault.path ?? '')) continue;
    world.faults.set(fault, left - 1);
    if (fault.status === 0) throw new VentError('UNAVAILABLE', `cannot ${method} ${path}: no API server answers`);
    return refuse(fault.status, 'ordered by the test');
  }
  return undefined;
}

function refuse(code: number, message: string): Answer {
  return { status: code, body: JSON.stringify({ kind: 'Status', apiVersion: 'v1', status: 'Failure', message, code }) };
}

function give(fields: Json, status = 200): Answer {
  return { status, body: JSON.stringify(fields) };
}

function answer(world: FakeWorld, call: Call): Answer {
  const url = new URL(call.path, 'https://fake');
  if (url.pathname === '/readyz') return { status: 200, body: 'ok' };
  const place = placeOf(url.pathname);
  const body: unknown = call.body === undefined ? undefined : JSON.parse(call.body);
  const fields = isJsonFields(body) ? body : {};
  if (place.collection.endsWith('/selfsubjectaccessreviews'))
    return give({ ...fields, status: { allowed: world.isBound } }, 201);
  if (place.name === undefined)
    return call.method === 'GET' ? giveList(world, place, url.searchParams) : create(world, place, fields);
  const path = `${place.collection}/${place.name}`;
  const present = world.store.get(path);
  if (call.method === 'PATCH') return patch(world, place, call, url.searchParams, fields);
  if (present === undefined) return refuse(404, `${place.name} not found`);
  if (place.subresource === 'log')
    return { status: 200, body: world.logs.get(`${place.namespace}/${place.name}`) ?? '' };
  if (place.subresource === 'eviction') {
    const kept = spendBudget(world.store, place.namespace ?? '', present);
    return kept === undefined ? remove(world, path) : refuse(429, kept);
  }
  return call.method === 'DELETE' ? remove(world, path) : give(present);
}

function remove(world: FakeWorld, path: string): Answer {
  world.store.remove(path);
  for (const key of world.applied.keys()) if (key.endsWith(` ${path}`)) world.applied.delete(key);
  return give({ kind: 'Status', apiVersion: 'v1', status: 'Success' });
}

function isJsonFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function create(world: FakeWorld, place: Place, fields: Fields): Answer {
  const { metadata } = fields;
  const name = isFields(metadata) && typeof metadata.name === 'string' ? metadata.name : '';
  return write(world, place, `${place.collection}/${name}`, fields, 'new');
}

function write(world: FakeWorld, place: Place, path: string, fields: Fields, mode: 'new' | 'any'): Answer {
  const isThere = world.store.get(path) !== undefined;
  if (mode === 'new' && isThere) return refuse(409, `${path} already exists`);
  const { namespace } = place;
  if (namespace !== undefined && world.store.get(`/api/v1/namespaces/${namespace}`) === undefined)
    return refuse(404, `namespace ${namespace} not found`);
  return give(world.store.put(path, fields), isThere ? 200 : 201);
}

/** What the API server itself keeps up; no writer's word counts. */
function withoutServerFields(fields: Fields): Fields {
  if (!isFields(fields.metadata)) return fields;
  const { resourceVersion: _version, uid: _uid, ...metadata } = fields.metadata;
  return { ...fields, metadata };
}

function patch(world: FakeWorld, place: Place, call: Call, query: URLSearchParams, fields: Fields): Answer {
  const path = `${place.collection}/${place.name}`;
  const present = world.store.get(path);
  const wanted = withoutServerFields(fields);
  if (call.contentType === 'application/apply-patch+yaml') {
    const key = `${query.get('fieldManager')} ${path}`;
    const result = applyFields(present ?? {}, world.applied.get(key) ?? {}, wanted);
    const given = write(world, place, path, result, 'any');
    if (given.status < 300) world.applied.set(key, wanted);
    return given;
  }
  if (present === undefined) return refuse(404, `${place.name} not found`);
  const [version, known] = [fields, present].map(({ metadata }) =>
    isFields(metadata) ? metadata.resourceVersion : undefined,
  );
  if (version !== undefined && version !== known) return refuse(409, 'the object has been modified');
  const merged = mergePatch(present, wanted);
  if (!isFields(merged)) return refuse(400, 'no object');
  const { status = null } = place.subresource === 'status' ? merged : present;
  const rest = place.subresource === 'status' ? present : merged;
  return give(world.store.put(path, status === null ? rest : { ...rest, status }));
}

function giveList(world: FakeWorld, place: Place, query: URLSearchParams): Answer {
  const all = world.store.list((path) => isIn(place, path)).filter((fields) => isSelected(fields, query));
  const start = Number(query.get('continue') ?? 0);
  const end = start + Number(query.get('limit') ?? all.length);
  const items = all.slice(start, end).map(({ apiVersion: _version, kind: _kind, ...item }) => item);
  const metadata = { resourceVersion: `${world.store.version()}`, ...(end < all.length ? { continue: `${end}` } : {}) };
  return give({ kind: 'List', apiVersion: 'v1', metadata, items });
}
