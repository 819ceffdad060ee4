/** Kind `artifact`: a file by hash in the store, and the link that programs know it by. */
import { checkPath } from '../../shared/paths.ts';
import type { HostView } from '../host/host.ts';
import { type Kind, phrase, type Step, type Supply } from '../kind.ts';
import { planDownload, planStoreRemoval, storePathOf } from './steps/store.ts';

export function createArtifactKind({ supply }: { readonly supply: Supply }): Kind<'artifact'> {
  return {
    name: 'artifact',
    isRemovedAfterCommit: true,
    async plan({ name, version, sha256, size, path }, view) {
      checkPath(path, 'content');
      const download = await planDownload(view, supply, { label: `${name} ${version}`, sha256, size });
      return [...download, ...(await planLink(view, path, sha256))];
    },
    async remove({ path, sha256 }, view, remaining) {
      checkPath(path, 'content');
      const isTaken = remaining.some((other) => other.kind === 'artifact' && other.path === path);
      const isOurs = (await view.files.stat(path))?.target === storePathOf(sha256);
      const unlink = { ...phrase(`remove ${path}`), apply: removeLink(path) };
      return [...(isOurs && !isTaken ? [unlink] : []), ...(await planStoreRemoval(view, sha256, remaining))];
    },
  };
}

function removeLink(path: string): Step['apply'] {
  return (host) => host.files.remove(path);
}

/** The link is switched last and by rename, so a program is always there, old or new. */
async function planLink(view: HostView, path: string, sha256: string): Promise<readonly Step[]> {
  const stat = await view.files.stat(path);
  const target = storePathOf(sha256);
  if (stat?.target === target) return [];
  const reason =
    stat === undefined
      ? 'missing'
      : stat.target === undefined
        ? `a ${stat.type} is in its place`
        : `it points to ${stat.target}`;
  return [
    {
      ...phrase(`link ${path} to sha256-${sha256.slice(0, 12)}`, reason),
      apply: (host) => host.files.link(path, target),
    },
  ];
}
