/** Kind `sysctl`: one file for the next boot and the live values. What was live before is kept, and comes back with the removal. */
import * as z from 'zod';
import type { ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Host, HostView } from '../host/host.ts';
import { type Kind, phrase, type Step } from '../kind.ts';
import { PLAIN, PRIVATE, planDirectoryRemoval, planRemoval, planText } from './steps/files.ts';

const PATH = '/etc/sysctl.d/50-vent.conf';
const RECORDS = '/var/lib/vent/sysctl';
const RECORD = `${RECORDS}/before.json`;

const recordSchema = z.record(z.string(), z.string());

export function createSysctlKind(): Kind<'sysctl'> {
  return {
    name: 'sysctl',
    async plan({ values }, view) {
      const live = await Promise.all(Object.entries(values).map(([key, value]) => planValue(view, key, value)));
      return [...(await planText(view, PATH, formatValues(values), PLAIN)), ...live.flat()];
    },
    async remove(_, view) {
      const before = Object.entries(await readRecord(view));
      const live = await Promise.all(before.map(([key, value]) => planReturn(view, key, value)));
      return [
        ...(await planRemoval(view, PATH)),
        ...live.flat(),
        ...(await planRemoval(view, RECORD)),
        ...(await planDirectoryRemoval(view, RECORDS, ['before.json'])),
      ];
    },
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
      ...phrase(
        `set ${key} to ${wanted}`,
        value === undefined ? 'the kernel has no such key' : `it is ${normalise(value)}`,
      ),
      ...(key.startsWith('net.') ? { touchesLink: true } : {}),
      async apply(host) {
        if ((await host.kernel.sysctl(key)) === undefined)
          throw new VentError('HOST_UNSUPPORTED', `cannot set ${key}: the kernel has no such key`, {
            hint: 'Load the module that brings the key, or use another kernel.',
          });
        await keepBefore(host, key);
        await host.kernel.setSysctl(key, wanted);
      },
    },
  ];
}

/** Values before Vent set them, by key; nothing when the file is damaged, since the next boot brings them back anyway. */
async function readRecord(view: HostView): Promise<Readonly<Record<string, string>>> {
  const bytes = await view.files.read(RECORD);
  if (bytes === undefined) return {};
  try {
    return recordSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return {};
  }
}

/** Durable before the value is set, so that it is never lost; the first one counts. */
async function keepBefore(host: Host, key: string): Promise<void> {
  const record = await readRecord(host);
  const value = await host.kernel.sysctl(key);
  if (record[key] !== undefined || value === undefined) return;
  const text = `${JSON.stringify({ ...record, [key]: value }, null, 2)}\n`;
  await host.files.write(RECORD, new TextEncoder().encode(text), PRIVATE);
}

async function planReturn(view: HostView, key: string, value: string): Promise<readonly Step[]> {
  const live = await view.kernel.sysctl(key);
  if (live === undefined || normalise(live) === normalise(value)) return [];
  return [
    {
      ...phrase(`set ${key} back to ${normalise(value)}`),
      apply: (host) => host.kernel.setSysctl(key, value),
    },
  ];
}
