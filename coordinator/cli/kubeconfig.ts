/** kubeconfig files: merged by default, comments kept. */
import { type Document, isMap, isSeq, parseDocument } from 'yaml';

export interface KubeconfigEntry {
  /** Name of cluster, user and (with a suffix per server) context. */
  readonly cluster: string;
  /** PEM. */
  readonly trust: string;
  /** PEM. */
  readonly certificate: string;
  /** PEM. */
  readonly key: string;
  /** The first becomes context `<cluster>`, the others `<cluster>-<name>`. */
  readonly servers: readonly { readonly name: string; readonly url: string }[];
}

const EMPTY = 'apiVersion: v1\nkind: Config\nclusters: []\nusers: []\ncontexts: []\n';

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}

/** Replaces the element of that name in a list, or adds it. */
function putNamed(document: Document, list: string, name: string, body: object): void {
  const present = document.get(list);
  if (!isSeq(present)) document.set(list, document.createNode([]));
  const sequence = document.get(list);
  if (!isSeq(sequence)) return;
  const index = sequence.items.findIndex((item) => isMap(item) && item.get('name') === name);
  const node = document.createNode({ name, ...body });
  if (index === -1) sequence.add(node);
  else sequence.set(index, node);
}

/**
 * The text of a kubeconfig with the cluster's entries added or replaced.
 * @param text the file as it is; undefined when there is none
 * @param becomesCurrent whether the cluster's first context becomes the current one even if another is
 */
export function withCluster(text: string | undefined, entry: KubeconfigEntry, becomesCurrent: boolean): string {
  const document = parseDocument(text === undefined || text.trim() === '' ? EMPTY : text);
  putNamed(document, 'users', entry.cluster, {
    user: { 'client-certificate-data': base64(entry.certificate), 'client-key-data': base64(entry.key) },
  });
  entry.servers.forEach((server, index) => {
    const name = index === 0 ? entry.cluster : `${entry.cluster}-${server.name}`;
    putNamed(document, 'clusters', name, {
      cluster: { server: server.url, 'certificate-authority-data': base64(entry.trust) },
    });
    putNamed(document, 'contexts', name, { context: { cluster: name, user: entry.cluster } });
  });
  const current = document.get('current-context');
  if (becomesCurrent || typeof current !== 'string' || current === '') document.set('current-context', entry.cluster);
  return document.toString({ lineWidth: 0 });
}
