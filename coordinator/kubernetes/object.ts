/** Kubernetes objects as the API gives them, and where the API keeps them. */
import type { Json } from '../store/store.ts';

/** What a request body or an object is made of: absent fields are left out. */
export type Body = { readonly [field: string]: Json | undefined };

export interface ResourceType {
  readonly apiVersion: string;
  readonly kind: string;
}

export interface Reference extends ResourceType {
  readonly name: string;
  /** Left out for what belongs to no namespace. */
  readonly namespace?: string;
}

/** An object to be written: the manifests of add-ons are such objects. */
export interface DesiredObject extends ResourceType {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: Json | undefined;
}

/** An object that the API server answered with. */
export interface StoredObject extends ResourceType {
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid: string;
    readonly resourceVersion: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
  };
  readonly [field: string]: Json | undefined;
}

export function referenceTo({ apiVersion, kind, metadata }: DesiredObject | StoredObject): Reference {
  const { name, namespace } = metadata;
  return namespace === undefined ? { apiVersion, kind, name } : { apiVersion, kind, name, namespace };
}

/** `ClusterRole vent:flannel`, `Deployment kube-system/coredns`: for messages. */
export function nameOf({ kind, name, namespace }: Reference): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}

/** The API's plural of a kind; right for every kind that Kubernetes itself serves, but for Endpoints. */
function pluralOf(kind: string): string {
  const word = kind.toLowerCase();
  if (word.endsWith('s')) return `${word}es`;
  return word.endsWith('y') ? `${word.slice(0, -1)}ies` : `${word}s`;
}

/** `/api/v1/nodes`, `/apis/apps/v1/namespaces/kube-system/deployments` (https://kubernetes.io/docs/reference/using-api/api-concepts/). */
export function collectionPath({ apiVersion, kind }: ResourceType, namespace?: string): string {
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${root}${scope}/${pluralOf(kind)}`;
}

export function objectPath(reference: Reference): string {
  return `${collectionPath(reference, reference.namespace)}/${encodeURIComponent(reference.name)}`;
}
