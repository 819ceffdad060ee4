/** Kind `user`: a system user for a component's process. One that is there is taken as it is. */
import { checkPath } from '../../shared/paths.ts';
import { type Kind, phrase } from '../kind.ts';

export function createUserKind(): Kind<'user'> {
  return {
    name: 'user',
    isRemovedAfterCommit: true,
    async plan({ name, home }, view) {
      checkPath(home, 'directory');
      if ((await view.users.find(name)) !== undefined) return [];
      return [{ ...phrase(`create user ${name}`, 'missing'), apply: (host) => host.users.create(name, home) }];
    },
    async remove({ name }, view) {
      if ((await view.users.find(name)) === undefined) return [];
      return [{ ...phrase(`remove user ${name}`), apply: (host) => host.users.remove(name) }];
    },
  };
}
