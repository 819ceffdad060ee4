/** Kind `file`: text written whole. */
import { checkPath } from '../../shared/paths.ts';
import type { Kind } from '../kind.ts';
import { planRemoval, planText } from './steps/files.ts';

export function createFileKind(): Kind<'file'> {
  return {
    name: 'file',
    async plan(resource, view) {
      checkPath(resource.name, 'content');
      return await planText(view, resource.name, resource.content, resource);
    },
    async remove(resource, view) {
      checkPath(resource.name, 'content');
      return await planRemoval(view, resource.name);
    },
  };
}
