/** What a revision may not change of the one before it; each refusal names its rule and the way on. */
import { VentError } from '../shared/errors.ts';
import type { ClusterFile } from '../shared/spec/schema.ts';

interface Version {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
}

function parseVersion(text: string): Version {
  const [major = 0, minor = 0] = text.split('.').map(Number);
  return { text, major, minor };
}

/** The newest versions that some machine has: a revision that failed on the first machine may have reached none. */
export interface Reached {
  readonly kubernetes: string;
  readonly etcd: string;
}

/**
 * @param reached undefined before machines run anything
 * @throws VentError CONFLICT
 */
export function checkSuccession(before: ClusterFile, after: ClusterFile, reached: Reached | undefined): void {
  checkUnchangeable(before, after);
  if (reached === undefined) return;
  checkStep('spec.kubernetes.version', reached.kubernetes, after.spec.kubernetes.version);
  checkStep('spec.versions.etcd', reached.etcd, after.spec.versions.etcd);
}

/** The newest of each. @param files of the revisions that machines are rendered from; not empty */
export function findReached(files: readonly ClusterFile[]): Reached {
  const newest = (versions: readonly string[]): string => versions.toSorted(compareVersions).at(-1) ?? '';
  return {
    kubernetes: newest(files.map(({ spec }) => spec.kubernetes.version)),
    etcd: newest(files.map(({ spec }) => spec.versions.etcd)),
  };
}

function compareVersions(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Fields that running machines hold in ways that cannot be taken back (certificates, routes, service addresses). */
function checkUnchangeable(before: ClusterFile, after: ClusterFile): void {
  const fields: readonly (readonly [string, string, string])[] = [
    ['metadata.name', before.metadata.name, after.metadata.name],
    ['spec.network.podCIDR', before.spec.network.podCIDR, after.spec.network.podCIDR],
    ['spec.network.serviceCIDR', before.spec.network.serviceCIDR, after.spec.network.serviceCIDR],
  ];
  for (const [field, old, wanted] of fields) {
    if (old === wanted) continue;
    throw new VentError(
      'CONFLICT',
      `cannot change ${field} from ${old} to ${wanted}: it never changes once the cluster was applied`,
      { hint: 'Start another coordinator with --data for another cluster.' },
    );
  }
}

/**
 * One minor version at a time, and never back: the API server writes objects, and etcd its files, in ways that the older
 * minor does not read (https://kubernetes.io/releases/version-skew-policy/, https://etcd.io/docs/v3.6/downgrades/).
 */
function checkStep(field: string, before: string, after: string): void {
  const [old, wanted] = [parseVersion(before), parseVersion(after)];
  const minors = wanted.minor - old.minor;
  if (wanted.major === old.major && (minors === 0 || minors === 1)) return;
  const isBack = wanted.major < old.major || (wanted.major === old.major && minors < 0);
  const rule = isBack ? 'a minor version is never taken back' : 'minor versions are not skipped';
  const hint = isBack
    ? `Stay at ${old.major}.${old.minor}, with any patch version.`
    : `Go to ${old.major}.${old.minor + 1} first, and on once every machine is ready.`;
  throw new VentError('CONFLICT', `cannot change ${field} from ${before} to ${after}: ${rule} [version-skew]`, {
    hint,
  });
}

/** What of a change cannot be taken back, one sentence each: `checkSuccession` would refuse the way back. */
export function irreversibleSteps(before: ClusterFile, after: ClusterFile): readonly string[] {
  const versions = [
    ['Kubernetes', before.spec.kubernetes.version, after.spec.kubernetes.version],
    ['etcd', before.spec.versions.etcd, after.spec.versions.etcd],
  ] as const;
  return versions.flatMap(([name, old, wanted]) => {
    const [from, to] = [parseVersion(old), parseVersion(wanted)];
    if (from.major === to.major && from.minor === to.minor) return [];
    return [
      `${name} ${old} to ${wanted}: a minor version is never taken back, so this cannot be undone [version-skew]`,
    ];
  });
}
