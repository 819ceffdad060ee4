/** Debian's packages. */
import { VentError } from '../../../shared/errors.ts';
import type { Packages } from '../host.ts';
import type { Commands } from './commands.ts';

const INSTALL_MILLISECONDS = 10 * 60_000;
/** apt's own patience with mirrors and with other users of its lock, which cloud-init may be at boot. */
const PATIENCE = ['-o', 'Acquire::Retries=2', '-o', 'Acquire::http::Timeout=20', '-o', 'DPkg::Lock::Timeout=120'];
const FORMAT = `${['Package', 'Version', 'db:Status-Status'].map((field) => `\${${field}}`).join('\\t')}\\n`;
const ENVIRONMENT = { DEBIAN_FRONTEND: 'noninteractive' };

/** @param text what dpkg-query prints for `FORMAT` */
export function parsePackages(text: string): ReadonlyMap<string, string> {
  const rows = text.split('\n').map((line) => line.split('\t'));
  return new Map(
    rows.flatMap(([name = '', version = '', status]) => (status === 'installed' ? [[name, version]] : [])),
  );
}

export function createPackages(commands: Commands): Packages {
  return {
    async installed(names) {
      // Exit code 1: some of the names are not known, the others were printed.
      const { stdout } = await commands.run('dpkg-query', ['-W', '-f', FORMAT, '--', ...names], { accepted: [1] });
      return parsePackages(stdout);
    },
    async install(names) {
      const options = { milliseconds: INSTALL_MILLISECONDS, environment: ENVIRONMENT };
      const install = ['install', '-y', '--no-install-recommends', ...PATIENCE, '--', ...names];
      try {
        // A new machine may have no package lists; where the update fails, the lists it has may still do.
        await commands.run('apt-get', ['update', '-q', ...PATIENCE], options).catch(() => undefined);
        await commands.run('apt-get', install, options);
      } catch (cause) {
        throw new VentError('HOST_UNSUPPORTED', `cannot install ${names.join(', ')}: no mirror has or gives them`, {
          hint: `Make a package mirror reachable, or install them by hand: apt-get install ${names.join(' ')}`,
          retry: 'backoff',
          cause,
        });
      }
    },
  };
}
