/**
 * What Vent owns on this machine, in the order it came to own it. It serves removal only: whether something is as it
 * should be is always read off the machine.
 *
 * INVARIANTS
 * - A claim is durable before the first step of its resource, so nothing Vent made is ever without an owner.
 * - What was already as wanted when Vent first looked is not claimed, so it is not removed either.
 */
import * as z from 'zod';
import { idOf, type Resource, resourceSchema } from '../shared/document.ts';
import type { Logger } from '../shared/log.ts';
import type { Files } from './host/host.ts';

export interface Claim {
  /** The resource's id and, where it can move under the same name, its place. */
  readonly key: string;
  readonly component: string;
  readonly resource: Resource;
}

export interface Ledger {
  /** Oldest first. */
  claims(): Promise<readonly Claim[]>;
  /** Durable when it resolves; claiming again keeps the place in the order. */
  claim(component: string, resource: Resource): Promise<void>;
  release(key: string): Promise<void>;
  /** After a change was taken back: what was owned before it is owned again as it was; what came since stays owned. */
  restore(before: Uint8Array): Promise<void>;
  /** The bytes for `restore`. */
  save(): Promise<Uint8Array>;
}

const PATH = '/var/lib/vent/ledger.json';
const ATTRIBUTES = { mode: '0600', owner: 'root:root' };

const ledgerSchema = z.strictObject({
  claims: z.array(z.strictObject({ component: z.string(), resource: resourceSchema })),
});

/** @returns the key of the resource's claim: two resources with one key occupy the same place on a machine */
export function claimKeyOf(resource: Resource): string {
  if (resource.kind === 'artifact') return `${idOf(resource)} ${resource.path} ${resource.sha256}`;
  if (resource.kind === 'image') return `${idOf(resource)} ${resource.sha256}`;
  if (resource.kind === 'certificate') return `${idOf(resource)} ${resource.path}`;
  return idOf(resource);
}

function decode(bytes: Uint8Array): readonly Claim[] {
  const { claims } = ledgerSchema.parse(JSON.parse(new TextDecoder().decode(bytes)));
  return claims.map((claim) => ({ ...claim, key: claimKeyOf(claim.resource) }));
}

function encode(claims: readonly Claim[]): Uint8Array {
  const entries = claims.map(({ component, resource }) => ({ component, resource }));
  return new TextEncoder().encode(`${JSON.stringify({ claims: entries }, null, 1)}\n`);
}

/** A damaged ledger is put aside: the machine goes on, but what it owned must then be removed by hand. */
async function loadClaims(files: Files, log: Logger): Promise<readonly Claim[]> {
  const bytes = await files.read(PATH);
  if (bytes === undefined) return [];
  try {
    return decode(bytes);
  } catch {
    log.error('the ledger is damaged and was put aside; resources no longer wanted will not be removed', {
      path: PATH,
    });
    await files.write(`${PATH}.damaged`, bytes, ATTRIBUTES);
    return [];
  }
}

export function createLedger({ files, log }: { readonly files: Files; readonly log: Logger }): Ledger {
  let loaded: readonly Claim[] | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One change at a time, each seeing the one before. */
  function change(next: (claims: readonly Claim[]) => readonly Claim[]): Promise<readonly Claim[]> {
    const run = last.then(async () => {
      loaded ??= await loadClaims(files, log);
      const wanted = next(loaded);
      if (wanted !== loaded) await files.write(PATH, encode(wanted), ATTRIBUTES);
      loaded = wanted;
      return wanted;
    });
    last = run.catch(() => undefined);
    return run;
  }

  return {
    claims: () => change((claims) => claims),
    async claim(component, resource) {
      const claim: Claim = { key: claimKeyOf(resource), component, resource };
      await change((claims) => {
        const index = claims.findIndex((other) => other.key === claim.key);
        if (index < 0) return [...claims, claim];
        return JSON.stringify(claims[index]) === JSON.stringify(claim) ? claims : claims.with(index, claim);
      });
    },
    async release(key) {
      await change((claims) => claims.filter((claim) => claim.key !== key));
    },
    async restore(bytes) {
      const before = decode(bytes);
      const keys = new Set(before.map(({ key }) => key));
      await change((claims) => [...before, ...claims.filter(({ key }) => !keys.has(key))]);
    },
    save: async () => encode(await change((claims) => claims)),
  };
}
