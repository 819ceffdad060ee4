/**
 * Which resources whose drift is left alone were once as the document says: only what was is drift, anything else is still
 * to be done. Durable, because a restarted agent must not take an operator's change back that it was told to leave.
 */
import * as z from 'zod';
import { idOf, type Resource } from '../../shared/document.ts';
import type { Files } from '../host/host.ts';
import { digestOf } from '../reconcile/inputs.ts';

export interface Settled {
  /** True when the resource's drift is to be left: it has such a policy, and was converged once as it is wished now. */
  leaves(resource: Resource): Promise<boolean>;
  /** The resource is converged; durable when it resolves. */
  note(resource: Resource): Promise<void>;
}

const PATH = '/var/lib/vent/settled.json';
const schema = z.record(z.string(), z.string());

export function createSettled(files: Files): Settled {
  let loaded: Promise<Record<string, string>> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** What cannot be read is forgotten: the next pass then puts things right, as it does without a policy. */
  async function load(): Promise<Record<string, string>> {
    const bytes = await files.read(PATH);
    if (bytes === undefined) return {};
    try {
      return schema.parse(JSON.parse(new TextDecoder().decode(bytes)));
    } catch {
      return {};
    }
  }

  const read = (): Promise<Record<string, string>> => {
    loaded ??= load();
    return loaded;
  };

  async function write(id: string, digest: string): Promise<void> {
    const next = { ...(await read()), [id]: digest };
    await files.write(PATH, new TextEncoder().encode(`${JSON.stringify(next, null, 1)}\n`), {
      mode: '0600',
      owner: 'root:root',
    });
    loaded = Promise.resolve(next);
  }

  return {
    async leaves(resource) {
      return resource.drift !== undefined && (await read())[idOf(resource)] === digestOf(resource);
    },
    async note(resource) {
      if (resource.drift === undefined || (await read())[idOf(resource)] === digestOf(resource)) return;
      const writing = last.then(() => write(idOf(resource), digestOf(resource)));
      last = writing.catch(() => undefined);
      await writing;
    },
  };
}
