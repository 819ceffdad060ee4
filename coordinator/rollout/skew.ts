/** Kubernetes' version skew policy (https://kubernetes.io/releases/version-skew-policy/), asked of a whole cluster. Pure. */
import { minorOf } from '../../shared/version.ts';

/** Versions of what runs on a machine, as `1.37.2`; undefined where it does not run. */
export interface MachineVersions {
  readonly name: string;
  readonly apiServer: string | undefined;
  /** Of kube-controller-manager and kube-scheduler. */
  readonly controllers: string | undefined;
  /** Of kubelet and kube-proxy. */
  readonly kubelet: string | undefined;
}

/** Minor versions that a kubelet may be behind an API server, and a controller manager. */
const KUBELET_BEHIND = 3;
const CONTROLLERS_BEHIND = 1;

/** @returns the first rule that is broken, one sentence; undefined when none is */
export function findSkew(machines: readonly MachineVersions[]): string | undefined {
  const servers = machines.flatMap(({ apiServer }) => apiServer ?? []).toSorted((a, b) => minorOf(a) - minorOf(b));
  const [oldest, newest] = [servers[0], servers.at(-1)];
  if (oldest === undefined || newest === undefined) return undefined;
  if (minorOf(newest) - minorOf(oldest) > 1)
    return `API servers would be of ${oldest} and ${newest}, more than one minor version apart [version-skew]`;
  for (const { name, controllers, kubelet } of machines) {
    const broken =
      judge('controller manager', controllers, oldest, newest, CONTROLLERS_BEHIND) ??
      judge('kubelet', kubelet, oldest, newest, KUBELET_BEHIND);
    if (broken !== undefined) return `${name}: ${broken} [version-skew]`;
  }
  return undefined;
}

function judge(
  what: string,
  version: string | undefined,
  oldest: string,
  newest: string,
  behind: number,
): string | undefined {
  if (version === undefined) return undefined;
  if (minorOf(version) > minorOf(oldest))
    return `its ${what} would be of ${version}, newer than an API server of ${oldest}`;
  if (minorOf(newest) - minorOf(version) > behind)
    return `its ${what} would be of ${version}, more than ${behind === 1 ? 'one minor version' : `${behind} minor versions`} behind an API server of ${newest}`;
  return undefined;
}
