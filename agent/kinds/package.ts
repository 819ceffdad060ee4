/** Kind `package`: distribution packages that are installed, whichever version; never removed, since others may need them. */
import type { Kind } from '../kind.ts';

export function createPackageKind(): Kind<'package'> {
  return {
    name: 'package',
    async plan({ packages }, view) {
      const installed = await view.packages.installed(packages);
      const missing = packages.filter((name) => !installed.has(name));
      if (missing.length === 0) return [];
      const sentence = `install ${missing.join(', ')}: not installed`;
      return [{ sentence, apply: (host) => host.packages.install(missing) }];
    },
    remove: async () => [],
  };
}
