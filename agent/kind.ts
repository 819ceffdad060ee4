/** What a kind is: it knows how to see and to make one noun of the document on a host. */
import type { KeyObject } from 'node:crypto';
import type { Resource, ResourceKind, ResourceOf } from '../shared/document.ts';
import type { Host, HostView } from './host/host.ts';

/**
 * How a step counts when what was done is compared with what was planned (docs/decisions/0040-done-is-compared-with-planned.md).
 * `must`: it is done exactly when it was planned. `may`: it is done only when it was planned, and can become needless: a
 * boot starts every process anew. `free`: it changes nothing that was decided: bringing back what has stopped, reloading.
 */
export type Weight = 'must' | 'may' | 'free';

/**
 * One readable change. `sentence` is in the imperative and names what and why (`restart containerd.service: file
 * /etc/containerd/config.toml changed`); it never holds a secret or a file's content.
 */
export interface Step {
  readonly sentence: string;
  /** What of the sentence is the change, whatever made it necessary: equal changes of a resource have equal words. */
  readonly change: string;
  /** `must` unless told. */
  readonly weight?: Weight;
  /** Set where the machine works on without it (a certificate that is due but still valid): a failure is reported and blocks nothing. */
  readonly isDeferrable?: true;
  /** Set where the machine could cut itself off: the change is committed only once the coordinator was reached over the changed network. */
  readonly touchesLink?: true;
  /** Set where nothing that runs sees the difference (a download to the store): done before the machine is changed. */
  readonly isPreparation?: true;
  /** Idempotent: a crash in the middle and a second run give the same machine. */
  apply(host: Host, signal: AbortSignal): Promise<void>;
}

/** The words of a step. @param why what makes it necessary; left out where the change says it all */
export function phrase(change: string, why?: string): Pick<Step, 'sentence' | 'change'> {
  return { change, sentence: why === undefined ? change : `${change}: ${why}` };
}

/** One input of a unit: a resource that restarts it, and the digest of what that resource wants now. */
export interface Input {
  readonly id: string;
  /** First 12 hex digits of SHA-256. */
  readonly digest: string;
}

export interface PlanContext {
  /** What the named unit (`containerd.service`) must have been started with, its own content included, sorted by id. */
  inputsOf(unit: string): readonly Input[];
}

/**
 * Laws (test/laws/kind.ts): `plan` changes nothing; after its steps were applied it is empty; `remove`'s steps restore
 * the machine as it was before; a foreign change makes `plan` non-empty; a hostile path is refused.
 */
export interface Kind<K extends ResourceKind = ResourceKind> {
  readonly name: K;
  /** Set where a generation that is taken back leaves what the kind made: certificates and trust roots live outside generations. */
  readonly isOutsideGenerations?: true;
  /** Set where what is no longer wanted stays until the generation is committed, since the way back needs it. */
  readonly isRemovedAfterCommit?: true;
  /**
   * Empty means converged. Reads the machine each time, never a memory of what was applied. What costs a program on the
   * machine is asked for before anything else, so that plans made together share it.
   */
  plan(resource: ResourceOf<K>, view: HostView, context: PlanContext): Promise<readonly Step[]>;
  /** Steps that take the resource away; `resource` comes from the ledger. What `remaining` resources share with it is left. */
  remove(resource: ResourceOf<K>, view: HostView, remaining: readonly Resource[]): Promise<readonly Step[]>;
}

/** What a kind may ask of the coordinator, over mutual TLS. All throw UNAVAILABLE while it cannot be reached. */
export interface Supply {
  /** The artifact's bytes from `offset` on. */
  artifact(sha256: string, offset: number): AsyncIterable<Uint8Array>;
  /** A leaf for the certificate resource of that name in this node's current document; `key` is the private key, which stays here and signs the request. */
  bundle(certificate: string, key: KeyObject): Promise<Bundle>;
  secret(name: string, version: number): Promise<Uint8Array>;
  /** PEM roots of an authority as last told, from memory; undefined before the coordinator ever said. */
  trust(authority: string): string | undefined;
}

export interface Bundle {
  /** Leaf and intermediates, PEM, leaf first. */
  readonly chain: string;
}

/** The registry's type: every kind of the document has exactly one entry, or this does not compile. */
export type Kinds = { readonly [K in ResourceKind]: Kind<K> };

/** The kind that belongs to a resource, with its type tied to the resource's. */
export function kindOf<R extends Resource>(kinds: Kinds, resource: R): Kind<R['kind']> {
  return kinds[resource.kind] as unknown as Kind<R['kind']>;
}
