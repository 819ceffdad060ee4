/** System users through useradd and userdel. */
import type { Users } from '../host.ts';
import type { Commands } from './commands.ts';
import type { Names } from './names.ts';

/** userdel(8): the user does not exist, and for removing that is as good. */
const NO_SUCH_USER = 6;

export function createUsers(names: Names, commands: Commands): Users {
  return {
    find: (name) => names.user(name),
    async create(name, home) {
      if ((await names.user(name)) !== undefined) return;
      const shell = '/usr/sbin/nologin';
      const argv = ['--system', '--user-group', '--no-create-home', '--home-dir', home, '--shell', shell, '--', name];
      await commands.run('useradd', argv);
    },
    async remove(name) {
      await commands.run('userdel', ['--', name], { accepted: [NO_SUCH_USER] });
    },
  };
}
