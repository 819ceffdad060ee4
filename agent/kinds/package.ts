/** Kind `package`: distribution packages that are installed, whichever version; never removed, since others may need them. */
import { type Kind, phrase } from '../kind.ts';

/** `chrony | ntpsec`, as Debian writes alternatives: any of them will do, and the first is installed when none is there. */
function alternativesOf(wish: string): readonly [string, ...string[]] {
  const [first = wish, ...others] = wish.split(' | ');
  return [first, ...others];
}

export function createPackageKind(): Kind<'package'> {
  return {
    name: 'package',
    async plan({ packages }, view) {
      const wishes = packages.map(alternativesOf);
      const installed = await view.packages.installed(wishes.flat());
      const missing = wishes.filter((names) => !names.some((name) => installed.has(name))).map(([first]) => first);
      if (missing.length === 0) return [];
      const words = phrase(`install ${missing.join(', ')}`, 'not installed');
      return [{ ...words, isPreparation: true, apply: (host) => host.packages.install(missing) }];
    },
    remove: async () => [],
  };
}
