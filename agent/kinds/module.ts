/** Kind `module`: loaded now and at the next boot. Removal deletes the file; what is loaded may be in use and stays. */
import type { Host } from '../host/host.ts';
import { type Kind, phrase } from '../kind.ts';
import { PLAIN, planRemoval, planText } from './steps/files.ts';

const PATH = '/etc/modules-load.d/vent.conf';

export function createModuleKind(): Kind<'module'> {
  return {
    name: 'module',
    async plan({ modules }, view) {
      const isThere = await Promise.all(modules.map((name) => view.kernel.hasModule(name)));
      const missing = modules.filter((_, index) => isThere[index] !== true);
      return [
        ...(await planText(view, PATH, `# Written by Vent.\n${modules.map((name) => `${name}\n`).join('')}`, PLAIN)),
        ...missing.map((name) => ({
          ...phrase(`load module ${name}`, 'not loaded'),
          weight: 'may' as const,
          apply: (host: Host) => host.kernel.loadModule(name),
        })),
      ];
    },
    remove: (_, view) => planRemoval(view, PATH),
  };
}
