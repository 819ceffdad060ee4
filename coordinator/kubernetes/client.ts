/**
 * A thin client of the Kubernetes API: the verbs that the coordinator needs and no more
 * (https://kubernetes.io/docs/reference/using-api/api-concepts/).
 */
import type { Clock } from '../../shared/clock.ts';
import type { Logger } from '../../shared/log.ts';
import { readList, readObject, readVerdict, refusalOf } from './answers.ts';
import {
  type Body,
  collectionPath,
  type DesiredObject,
  nameOf,
  objectPath,
  type Reference,
  type ResourceType,
  referenceTo,
  type StoredObject,
} from './object.ts';
import type { Answer, Call, Transport } from './transport.ts';
import { watchCollection } from './watch.ts';

export interface Selection {
  readonly namespace?: string;
  /** `vent/pool=workers` */
  readonly labels?: string;
  /** `metadata.name=n1` */
  readonly fields?: string;
}

export interface ObjectList {
  readonly items: readonly StoredObject[];
  /** To watch from. */
  readonly resourceVersion: string;
}

export type WatchEvent =
  /** Everything there is: at the start, and again whenever the history in between was lost. */
  | { readonly type: 'list'; readonly items: readonly StoredObject[] }
  | { readonly type: 'put' | 'remove'; readonly object: StoredObject };

/**
 * Errors of every verb: NOT_FOUND, CONFLICT (also: it exists already), BUSY (also: a disruption budget), KUBERNETES_REFUSED
 * with the API server's own words, UNAVAILABLE when none answered, CANCELLED.
 */
export interface KubernetesClient {
  get(reference: Reference, signal?: AbortSignal): Promise<StoredObject | undefined>;
  /** All of it, read in pages. */
  list(type: ResourceType, selection?: Selection, signal?: AbortSignal): Promise<ObjectList>;
  /** Never ends and never throws while the signal lives: it pauses, connects again, and lists again where it must. */
  watch(type: ResourceType, selection: Selection, signal: AbortSignal): AsyncIterable<WatchEvent>;
  create(object: DesiredObject): Promise<StoredObject>;
  /** Server-side apply, by force. @param manager whose fields these are; what it applied before and leaves out now is removed */
  apply(object: DesiredObject, manager?: string, signal?: AbortSignal): Promise<StoredObject>;
  /** JSON merge patch (RFC 7386). With `metadata.resourceVersion` in it, CONFLICT when somebody was faster. */
  merge(reference: Reference, patch: Body, subresource?: 'status'): Promise<StoredObject>;
  /** What is already gone is no error. @param graceSeconds 0 forgets the object at once; left out, its own period holds */
  remove(reference: Reference, graceSeconds?: number): Promise<void>;
  /** @throws BUSY while a disruption budget forbids it; what is already gone is no error */
  evict(pod: { readonly name: string; readonly namespace: string }, graceSeconds?: number): Promise<void>;
  logs(pod: { readonly name: string; readonly namespace: string }, signal?: AbortSignal): Promise<string>;
  /** Whether this client's identity may do so (`*` is everything); false also while it may not even ask. */
  isAllowed(action: Permission, signal?: AbortSignal): Promise<boolean>;
  /** True when /readyz says so; never throws. */
  isReady(signal?: AbortSignal): Promise<boolean>;
  close(): void;
}

export interface ClientOptions {
  readonly transport: Transport;
  readonly clock: Clock;
  /** Values in [0, 1). */
  readonly random: () => number;
  readonly log: Logger;
}

export interface Permission {
  readonly verb: string;
  readonly group: string;
  readonly resource: string;
}

/** Fields applied under this name are Vent's. */
export const FIELD_MANAGER = 'vent';
/** Bytes of a pod's log that are read. */
const LONGEST_LOG = 1 << 20;
const POD = { apiVersion: 'v1', kind: 'Pod' };

type Ask = (what: string, call: Call, options?: AskOptions) => Promise<Answer>;

interface AskOptions {
  readonly signal?: AbortSignal | undefined;
  /** A status of 300 or more that is no error here. */
  readonly accepts?: number;
}

export function createKubernetesClient(options: ClientOptions): KubernetesClient {
  const { transport } = options;
  const ask: Ask = async (what, call, { signal, accepts } = {}) => {
    const answer = await transport.send(call, signal);
    if (answer.status >= 300 && answer.status !== accepts) throw refusalOf(what, answer);
    return answer;
  };
  const patch = async (reference: Reference, path: string, contentType: string, body: Body, signal?: AbortSignal) => {
    const call: Call = { method: 'PATCH', path, contentType, body: JSON.stringify(body) };
    return readObject(await ask(`write ${nameOf(reference)}`, call, { signal }));
  };
  return {
    async get(reference, signal) {
      const call: Call = { method: 'GET', path: objectPath(reference) };
      const answer = await ask(`read ${nameOf(reference)}`, call, { signal, accepts: 404 });
      return answer.status === 404 ? undefined : readObject(answer);
    },
    list: (type, selection = {}, signal) => readList(transport, type, selection, signal),
    watch: (type, selection, signal) => watchCollection(options, type, selection, signal),
    async create(object) {
      const reference = referenceTo(object);
      const path = `${collectionPath(reference, reference.namespace)}?fieldManager=${FIELD_MANAGER}`;
      const call: Call = { method: 'POST', path, body: JSON.stringify(object) };
      return readObject(await ask(`create ${nameOf(reference)}`, call));
    },
    apply(object, manager = FIELD_MANAGER, signal) {
      const reference = referenceTo(object);
      const path = `${objectPath(reference)}?fieldManager=${encodeURIComponent(manager)}&force=true`;
      // JSON is YAML, and every version of the API takes this media type.
      return patch(reference, path, 'application/apply-patch+yaml', object, signal);
    },
    merge(reference, body, subresource) {
      const path = `${objectPath(reference)}${subresource === undefined ? '' : `/${subresource}`}?fieldManager=${FIELD_MANAGER}`;
      return patch(reference, path, 'application/merge-patch+json', body);
    },
    async remove(reference, graceSeconds) {
      const query = graceSeconds === undefined ? '' : `?gracePeriodSeconds=${graceSeconds}`;
      const call: Call = { method: 'DELETE', path: `${objectPath(reference)}${query}` };
      await ask(`remove ${nameOf(reference)}`, call, { accepts: 404 });
    },
    ...createPodVerbs(ask),
    async isAllowed(action, signal) {
      const review = { apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectAccessReview' };
      const body = JSON.stringify({ ...review, spec: { resourceAttributes: { ...action } } });
      const call: Call = { method: 'POST', path: collectionPath(review), body };
      const answer = await ask('ask what the coordinator may do', call, { signal, accepts: 403 });
      return answer.status !== 403 && readVerdict(answer);
    },
    isReady: (signal) =>
      transport.send({ method: 'GET', path: '/readyz' }, signal).then(
        ({ status }) => status === 200,
        () => false,
      ),
    close: () => transport.close(),
  };
}

function createPodVerbs(ask: Ask): Pick<KubernetesClient, 'evict' | 'logs'> {
  return {
    async evict({ name, namespace }, graceSeconds) {
      const reference = { ...POD, name, namespace };
      const deleteOptions = graceSeconds === undefined ? undefined : { gracePeriodSeconds: graceSeconds };
      const eviction = { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace }, deleteOptions };
      const call: Call = { method: 'POST', path: `${objectPath(reference)}/eviction`, body: JSON.stringify(eviction) };
      await ask(`evict ${nameOf(reference)}`, call, { accepts: 404 });
    },
    async logs(pod, signal) {
      const reference = { ...POD, ...pod };
      const call: Call = { method: 'GET', path: `${objectPath(reference)}/log?limitBytes=${LONGEST_LOG}` };
      return (await ask(`read the log of ${nameOf(reference)}`, call, { signal })).body;
    },
  };
}
