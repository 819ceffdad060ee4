/** Kind `directory`: it is there with its owner; what lies in it is none of its business, so only an empty one is removed. */
import { checkPath } from '../../shared/paths.ts';
import type { HostView } from '../host/host.ts';
import { type Kind, phrase } from '../kind.ts';
import { compareAttributes, planDirectoryRemoval } from './steps/files.ts';

export function createDirectoryKind(): Kind<'directory'> {
  return {
    name: 'directory',
    async plan({ name, mode, owner }, view) {
      checkPath(name, 'directory');
      const reason = await compareDirectory(view, name, { mode, owner });
      if (reason === undefined) return [];
      return [
        {
          ...phrase(`make directory ${name} (${mode} ${owner})`, reason),
          apply: (host) => host.files.makeDirectory(name, { mode, owner }),
        },
      ];
    },
    async remove(resource, view) {
      checkPath(resource.name, 'directory');
      return await planDirectoryRemoval(view, resource.name);
    },
  };
}

async function compareDirectory(
  view: HostView,
  path: string,
  wanted: { readonly mode: string; readonly owner: string },
): Promise<string | undefined> {
  const stat = await view.files.stat(path);
  if (stat === undefined) return 'missing';
  return stat.type === 'directory' ? compareAttributes(stat, wanted) : `a ${stat.type} is in its place`;
}
