/** Kind `sysctl`: one file for the next boot and the live values. Removal deletes the file; live values last until a boot. */
import type { ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { HostView } from '../host/host.ts';
import type { Kind, Step } from '../kind.ts';
import { PLAIN, planRemoval, planText } from './steps/files.ts';

const PATH = '/etc/sysctl.d/50-vent.conf';

export function createSysctlKind(): Kind<'sysctl'> {
  return {
    name: 'sysctl',
    async plan({ values }, view) {
      const live = await Promise.all(Object.entries(values).map(([key, value]) => planValue(view, key, value)));
      return [...(await planText(view, PATH, formatValues(values), PLAIN)), ...live.flat()];
    },
    remove: (_, view) => planRemoval(view, PATH),
  };
}

function formatValues(values: ResourceOf<'sysctl'>['values']): string {
  const lines = Object.entries(values).map(([key, value]) => `${key} = ${value}\n`);
  return `# Written by Vent.\n${lines.toSorted().join('')}`;
}

/** The kernel separates several numbers by tabs. */
function normalise(value: string): string {
  return value.trim().split(/\s+/).join(' ');
}

async function planValue(view: HostView, key: string, wanted: string): Promise<readonly Step[]> {
  const value = await view.kernel.sysctl(key);
  if (value !== undefined && normalise(value) === normalise(wanted)) return [];
  return [
    {
      sentence: `set ${key} to ${wanted}: ${value === undefined ? 'the kernel has no such key' : `it is ${normalise(value)}`}`,
      ...(key.startsWith('net.') ? { touchesLink: true } : {}),
      async apply(host) {
        if ((await host.kernel.sysctl(key)) === undefined)
          throw new VentError('HOST_UNSUPPORTED', `cannot set ${key}: the kernel has no such key`, {
            hint: 'Load the module that brings the key, or use another kernel.',
          });
        await host.kernel.setSysctl(key, wanted);
      },
    },
  ];
}
