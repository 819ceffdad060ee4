/** Which runtimes each machine has, by the document that it reports, since a roll-out reaches machines one after the other. */
import { decodeDocument, type NodeDocument } from '../../shared/document.ts';
import type { Connections } from '../connections.ts';
import type { DocumentRow } from '../rows.ts';
import type { Collection } from '../store/collection.ts';

export interface Runtimes {
  /** `containerd 2.3.7, runsc 20260905` by node id; machines that are away, or have an older document, are left out. */
  read(nodes: readonly { readonly id: string }[]): Promise<ReadonlyMap<string, string>>;
}

export function createRuntimes(documents: Collection<DocumentRow>, connections: Pick<Connections, 'live'>): Runtimes {
  /** By digest of the document. */
  const known = new Map<string, string>();
  return {
    async read(nodes) {
      const runtimes = new Map<string, string>();
      for (const { id } of nodes) {
        const digest = connections.live(id)?.report?.documentDigest ?? '';
        if (digest !== '' && !known.has(digest)) {
          const row = (await documents.get(id))?.value;
          if (row?.digest === digest) known.set(digest, runtimeIn(decodeDocument(Buffer.from(row.payload, 'base64'))));
        }
        const runtime = known.get(digest);
        if (runtime !== undefined) runtimes.set(id, runtime);
      }
      return runtimes;
    },
  };
}

function runtimeIn({ components }: NodeDocument): string {
  const resources = components.flatMap((component) => component.resources);
  const versionOf = (name: string): string => {
    const found = resources.find((resource) => resource.kind === 'artifact' && resource.name === name);
    return found?.kind === 'artifact' ? found.version : 'none';
  };
  return `containerd ${versionOf('containerd')}, runsc ${versionOf('runsc')}`;
}
