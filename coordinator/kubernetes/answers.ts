/** Reads what the API server answers: objects, lists in pages, and refusals. */
import * as z from 'zod';
import { type ErrorCode, type Retry, VentError } from '../../shared/errors.ts';
import type { ObjectList, Selection } from './client.ts';
import { collectionPath, type ResourceType, type StoredObject } from './object.ts';
import type { Answer, Transport } from './transport.ts';

/** What every object has; the rest of it is JSON, which is all that its type says. */
const item = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().optional(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).optional(),
    annotations: z.record(z.string(), z.string()).optional(),
    deletionTimestamp: z.string().optional(),
  }),
});
const object = item.extend({ apiVersion: z.string(), kind: z.string() });
const list = z.object({
  metadata: z.object({ resourceVersion: z.string(), continue: z.string().optional() }),
  items: z.array(z.unknown()).nullable(),
});
const review = z.object({ status: z.object({ allowed: z.boolean() }) });
const status = z.object({ message: z.string().default(''), reason: z.string().default('') });

/** How many objects a page of a list holds. */
const PAGE = 500;
const GONE = 410;

function misshapen(cause: unknown): VentError {
  return new VentError('BUG', 'cannot read the answer of the API server: it has not the shape of the API', { cause });
}

function isStored(value: unknown): value is StoredObject {
  return object.safeParse(value).success;
}

/** @throws VentError BUG when it is no object: the API server broke its own contract */
export function toStored(value: unknown): StoredObject {
  if (isStored(value)) return value;
  throw misshapen(object.safeParse(value).error);
}

export function readObject({ body }: Answer): StoredObject {
  return toStored(parseOrUndefined(body));
}

/** Of a SelfSubjectAccessReview. */
export function readVerdict({ body }: Answer): boolean {
  const verdict = review.safeParse(parseOrUndefined(body));
  if (!verdict.success) throw misshapen(verdict.error);
  return verdict.data.status.allowed;
}

/** The code is decided by the HTTP status alone. @param what `create Pod a/b` */
export function refusalOf(what: string, { status: code, body }: Answer): VentError {
  const told = status.safeParse(parseOrUndefined(body));
  const words = told.success ? told.data.message || told.data.reason : '';
  const [error, retry] = classOf(code);
  return new VentError(error, `cannot ${what}: ${words === '' ? `the API server answered ${code}` : words}`, { retry });
}

function parseOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function classOf(code: number): readonly [ErrorCode, Retry] {
  if (code === 404) return ['NOT_FOUND', 'never'];
  if (code === 409) return ['CONFLICT', 'now'];
  if (code === 429) return ['BUSY', 'backoff'];
  return ['KUBERNETES_REFUSED', code >= 500 ? 'backoff' : 'never'];
}

/** The query of a list or a watch. */
export function queryOf(selection: Selection, more: Readonly<Record<string, string>>): string {
  const query = new URLSearchParams(more);
  if (selection.labels !== undefined) query.set('labelSelector', selection.labels);
  if (selection.fields !== undefined) query.set('fieldSelector', selection.fields);
  return query.toString();
}

/** Reads page after page; when the first page's history is gone meanwhile, begins again without pages. */
export async function readList(
  transport: Transport,
  type: ResourceType,
  selection: Selection,
  signal: AbortSignal | undefined,
): Promise<ObjectList> {
  const path = collectionPath(type, selection.namespace);
  const items: StoredObject[] = [];
  let next: Readonly<Record<string, string>> = { limit: `${PAGE}` };
  for (;;) {
    const answer = await transport.send({ method: 'GET', path: `${path}?${queryOf(selection, next)}` }, signal);
    if (answer.status === GONE && items.length > 0) {
      items.length = 0;
      next = {};
      continue;
    }
    if (answer.status >= 300) throw refusalOf(`list ${type.kind}`, answer);
    const read = list.safeParse(parseOrUndefined(answer.body));
    if (!read.success) throw misshapen(read.error);
    const page = read.data;
    // Items of a list do not repeat what they are.
    for (const one of page.items ?? []) items.push(toStored(Object.assign({}, one, type)));
    const token = page.metadata.continue ?? '';
    if (token === '') return { items, resourceVersion: page.metadata.resourceVersion };
    next = { limit: `${PAGE}`, continue: token };
  }
}
