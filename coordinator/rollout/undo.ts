/**
 * Whether a machine that did not become well may go back by itself: not past the point of no return, when others already
 * write what the older minor version does not read. Pure.
 */
import type { Role } from '../../shared/spec/schema.ts';
import { minorOf } from '../../shared/version.ts';

export interface Versions {
  readonly kubernetes: string;
  readonly etcd: string;
}

export interface UndoMachine {
  readonly id: string;
  readonly roles: readonly Role[];
  /** Of its API server, or of etcd, as it is. */
  readonly has: Versions;
  /** What going back would give it; undefined where it has not moved. */
  readonly before: Versions | undefined;
}

/** @returns why not, one sentence; undefined when it may go back */
export function findNoReturn(id: string, machines: readonly UndoMachine[]): string | undefined {
  const machine = machines.find((one) => one.id === id);
  if (machine?.before === undefined) return undefined;
  const { has, before, roles } = machine;
  const others = machines.filter((one) => one.id !== id);
  const peersWith = (role: Role) => others.filter((one) => one.roles.includes(role));
  if (roles.includes('control-plane') && isStep(before.kubernetes, has.kubernetes)) {
    const isReached = peersWith('control-plane').some((one) => !isStep(one.has.kubernetes, has.kubernetes));
    if (isReached) return describe('an API server', 'Kubernetes', has.kubernetes);
  }
  if (roles.includes('etcd') && isStep(before.etcd, has.etcd)) {
    // The cluster version rises when the last member has: until then every member reads what is written.
    const isRaised = peersWith('etcd').every((one) => !isStep(one.has.etcd, has.etcd));
    if (isRaised) return describe('every member', 'etcd', has.etcd);
  }
  return undefined;
}

/** Another minor version. */
function isStep(before: string, after: string): boolean {
  return minorOf(before) !== minorOf(after);
}

function describe(who: string, what: string, version: string): string {
  return `it does not go back by itself: ${who} has ${what} ${version} already, and a minor version is never taken back [version-skew]`;
}
