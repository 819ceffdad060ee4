/** A coordinator in memory, as far as kinds ask it: artifacts, certificates, secrets, trust; it can be out of reach. */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import type { AuthorityName, ResourceOf } from '../../shared/document.ts';
import { VentError } from '../../shared/errors.ts';
import type { Supply } from '../kind.ts';
import { createFakeAuthority, type FakeAuthority } from './authority.ts';

export interface FakeSupply extends Supply {
  isReachable: boolean;
  /** False as after a restart of the agent, before the coordinator spoke. */
  hasTrust: boolean;
  readonly authorities: Readonly<Record<AuthorityName, FakeAuthority>>;
  /** What `bundle` may be asked for, by name. */
  readonly certificates: Map<string, ResourceOf<'certificate'>>;
  /** Value by `name@version`. */
  readonly secrets: Map<string, string>;
  /** Makes an artifact known. @returns what a document says of it */
  publish(content: string): { readonly sha256: string; readonly size: number };
  /** Gives other bytes for an artifact from now on. */
  spoil(sha256: string, content: string): void;
}

const CHUNK = 8;

export function createFakeSupply(clock: Clock): FakeSupply {
  const artifacts = new Map<string, Uint8Array>();
  const reach = (what: string): void => {
    if (!supply.isReachable)
      throw new VentError('UNAVAILABLE', `cannot fetch ${what}: the coordinator cannot be reached`, {
        retry: 'backoff',
      });
  };
  const find = <V>(values: ReadonlyMap<string, V>, key: string): V => {
    reach(key);
    const value = values.get(key);
    if (value === undefined) throw new VentError('NOT_FOUND', `cannot fetch ${key}: there is nothing of that name`);
    return value;
  };
  const supply: FakeSupply = {
    isReachable: true,
    hasTrust: true,
    authorities: {
      kubernetes: createFakeAuthority('kubernetes'),
      etcd: createFakeAuthority('etcd'),
      'front-proxy': createFakeAuthority('front-proxy'),
    },
    certificates: new Map(),
    secrets: new Map(),
    publish(content) {
      const bytes = new TextEncoder().encode(content);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      artifacts.set(sha256, bytes);
      return { sha256, size: bytes.length };
    },
    spoil: (sha256, content) => void artifacts.set(sha256, new TextEncoder().encode(content)),
    async *artifact(sha256, offset) {
      const bytes = find(artifacts, sha256);
      for (let at = offset; at < bytes.length; at += CHUNK) yield bytes.slice(at, at + CHUNK);
    },
    async bundle(name, key) {
      const { authority, ...wish } = find(supply.certificates, name);
      const life = { from: clock.now() - 300_000, to: clock.now() + wish.days * 86_400_000 };
      return { chain: supply.authorities[authority].issue(key, { ...wish, ...life }) };
    },
    secret: async (name, version) => new TextEncoder().encode(find(supply.secrets, `${name}@${version}`)),
    trust: (authority) =>
      supply.hasTrust ? Object.entries(supply.authorities).find(([name]) => name === authority)?.[1].root : undefined,
  };
  return supply;
}
