/**
 * Kind `secret`: a value fetched over mutual TLS. Its content cannot be known beforehand, so a stamp keeps which version
 * was written and the digest of its bytes; neither sentences nor stamps hold the value.
 */
import * as z from 'zod';
import type { ResourceOf } from '../../shared/document.ts';
import { checkPath } from '../../shared/paths.ts';
import type { Host, HostView } from '../host/host.ts';
import { type Kind, phrase, type Supply } from '../kind.ts';
import { compareFile, hashOf, PRIVATE, planRemoval } from './steps/files.ts';

const stampSchema = z.object({ secret: z.string(), version: z.int(), sha256: z.string() });
type Stamp = z.infer<typeof stampSchema>;

export function createSecretKind({ supply }: { readonly supply: Supply }): Kind<'secret'> {
  return {
    name: 'secret',
    async plan(resource, view) {
      const { name: path, secret, version, mode, owner } = resource;
      checkPath(path, 'content');
      const reason = await compareSecret(view, resource);
      if (reason === undefined) return [];
      return [
        {
          ...phrase(`write ${path} (${mode} ${owner}) with secret ${secret}, version ${version}`, reason),
          apply: (host) => writeSecret(host, supply, resource),
        },
      ];
    },
    async remove({ name: path }, view) {
      checkPath(path, 'content');
      return [...(await planRemoval(view, path)), ...(await planRemoval(view, stampPathOf(path)))];
    },
  };
}

function stampPathOf(path: string): string {
  return `/var/lib/vent/secrets/${hashOf(path).slice(0, 32)}.json`;
}

async function readStamp(view: HostView, path: string): Promise<Stamp | undefined> {
  const bytes = await view.files.read(stampPathOf(path));
  if (bytes === undefined) return undefined;
  try {
    return stampSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    return undefined;
  }
}

async function compareSecret(view: HostView, resource: ResourceOf<'secret'>): Promise<string | undefined> {
  const { name: path, secret, version } = resource;
  const stamp = await readStamp(view, path);
  if (stamp === undefined) return 'never written';
  if (stamp.secret !== secret) return `it holds secret ${stamp.secret}`;
  if (stamp.version !== version) return `it holds version ${stamp.version}`;
  return await compareFile(view, path, stamp.sha256, resource);
}

/** The stamp comes second: a crash in between fetches the value again. */
async function writeSecret(host: Host, supply: Supply, resource: ResourceOf<'secret'>): Promise<void> {
  const { name: path, secret, version, mode, owner } = resource;
  const value = await supply.secret(secret, version);
  await host.files.write(path, value, { mode, owner });
  const stamp: Stamp = { secret, version, sha256: hashOf(value) };
  await host.files.write(stampPathOf(path), new TextEncoder().encode(`${JSON.stringify(stamp)}\n`), PRIVATE);
}
