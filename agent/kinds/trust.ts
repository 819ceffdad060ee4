/**
 * Kind `trust`: the roots of an authority, as the coordinator last told them. While nothing was told since the agent
 * started, a file that is there counts: a machine must come up without its coordinator.
 */
import { VentError } from '../../shared/errors.ts';
import { checkPath } from '../../shared/paths.ts';
import { type Kind, phrase, type Supply } from '../kind.ts';
import { compareAttributes, planRemoval, planText } from './steps/files.ts';

export function createTrustKind({ supply }: { readonly supply: Supply }): Kind<'trust'> {
  return {
    name: 'trust',
    isOutsideGenerations: true,
    async plan({ name, authority, mode, owner }, view) {
      checkPath(name, 'content');
      const roots = supply.trust(authority);
      if (roots !== undefined) return await planText(view, name, roots, { mode, owner });
      const stat = await view.files.stat(name);
      if (stat?.type === 'file') {
        const reason = compareAttributes(stat, { mode, owner });
        return reason === undefined
          ? []
          : [
              {
                ...phrase(`set attributes of ${name} (${mode} ${owner})`, reason),
                apply: (host) => host.files.setAttributes(name, { mode, owner }),
              },
            ];
      }
      return [
        { ...phrase(`write ${name} (${mode} ${owner})`, 'missing'), apply: () => refuseUnknown(name, authority) },
      ];
    },
    async remove(resource, view) {
      checkPath(resource.name, 'content');
      return await planRemoval(view, resource.name);
    },
  };
}

async function refuseUnknown(path: string, authority: string): Promise<never> {
  throw new VentError(
    'UNAVAILABLE',
    `cannot write ${path}: the coordinator has not told the roots of ${authority} yet`,
    {
      retry: 'backoff',
    },
  );
}
