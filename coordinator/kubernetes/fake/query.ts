/** What a path and its query mean. */
import type { Json } from '../../store/store.ts';
import { type Fields, isFields } from './patch.ts';

export interface Place {
  /** Path of the collection over all namespaces. */
  readonly type: string;
  /** Path of the collection within its namespace, if it has one. */
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

/** `/apis/apps/v1/namespaces/a/deployments/b/status` in its parts. */
export function placeOf(pathname: string): Place {
  const parts = pathname.split('/').slice(1).map(decodeURIComponent);
  const rootLength = parts[0] === 'api' ? 2 : 3;
  const rest = parts.slice(rootLength);
  const scoped = rest[0] === 'namespaces' && rest.length > 2 ? 2 : 0;
  const [name, subresource] = rest.slice(scoped + 1);
  const collection = `/${parts.slice(0, rootLength + scoped + 1).join('/')}`;
  const type = `/${[...parts.slice(0, rootLength), rest[scoped]].join('/')}`;
  return { type, collection, namespace: scoped === 0 ? undefined : rest[1], name, subresource };
}

/** True when an object at that path is in the collection, of one namespace or of all. */
export function isIn(collection: Place, path: string): boolean {
  const place = placeOf(path);
  return place.type === collection.type && (collection.namespace ?? place.namespace) === place.namespace;
}

/** True for the objects that the label and field selectors of a query mean; of fields, the name and a pod's machine are known. */
export function isSelected(fields: Fields, query: URLSearchParams): boolean {
  const metadata = isFields(fields.metadata) ? fields.metadata : {};
  const labels = isFields(metadata.labels) ? metadata.labels : {};
  const fits = (selector: string | null, read: (key: string) => Json | undefined): boolean =>
    (selector ?? '')
      .split(',')
      .filter(Boolean)
      .every((term) => {
        const [key = '', value = ''] = term.split('=');
        return read(key) === value;
      });
  return (
    fits(query.get('labelSelector'), (key) => labels[key]) &&
    fits(query.get('fieldSelector'), (key) => {
      if (key === 'spec.nodeName') return isFields(fields.spec) ? fields.spec.nodeName : undefined;
      return key === 'metadata.name' ? metadata.name : undefined;
    })
  );
}
