/**
 * Whether the pods of a machine would notice a change to it: a pure function of the document that it has and the one that
 * it is to get.
 *
 * What restarts containerd, kubelet, flanneld or kube-proxy is no reason: their units end alone (KillMode=process), shims
 * and pods live on, and the kernel keeps routes, bridges and tables. Another runc or another shim of runc is none either:
 * a pod keeps the shim it was started with, and runc reads the state that an older one wrote.
 */
import { parse } from 'yaml';
import * as z from 'zod';
import { type DocumentComponent, idOf, type Resource } from '../../shared/document.ts';
import { minorOf } from '../../shared/version.ts';

export interface DrainNeed {
  /** Whose pods notice: everybody's, or only those in gVisor's sandbox. */
  readonly who: 'all' | 'sandboxed';
  /** What pods would notice, for people: `kubelet goes from 1.36.3 to 1.37.2`. */
  readonly reason: string;
}

type Resources = ReadonlyMap<string, Resource>;

const KUBELET_CONFIGURATION = 'file:/etc/kubernetes/kubelet/config.yaml';
/** Fields of KubeletConfiguration under which running pods were given their groups, processors and memory. */
const PLACING_FIELDS = ['cgroupDriver', 'cpuManagerPolicy', 'memoryManagerPolicy', 'topologyManagerPolicy'];
const configurationSchema = z.record(z.string(), z.unknown());

/** @returns undefined when no pod would notice, or none can be there */
export function findDrainNeed(
  present: readonly DocumentComponent[] | undefined,
  wished: readonly DocumentComponent[] | undefined,
): DrainNeed | undefined {
  if (present === undefined || wished === undefined) return undefined;
  const [before, after] = [index(present), index(wished)];
  if (!before.has('artifact:kubelet')) return undefined;
  const reasons = [
    kubeletStep(before, after),
    ...changedInterfaces(before, after),
    ...changedPlacing(before, after),
  ].flatMap((reason) => reason ?? []);
  if (reasons.length > 0) return { who: 'all', reason: reasons.join('; ') };
  const sandbox = changedSandbox(before, after);
  return sandbox === undefined ? undefined : { who: 'sandboxed', reason: sandbox };
}

function index(components: readonly DocumentComponent[]): Resources {
  return new Map(components.flatMap(({ resources }) => resources).map((resource) => [idOf(resource), resource]));
}

function versionIn(resources: Resources, name: string): string | undefined {
  const resource = resources.get(`artifact:${name}`);
  return resource?.kind === 'artifact' ? resource.version : undefined;
}

/** Kubernetes upgrades a kubelet's minor version on drained machines only (https://kubernetes.io/releases/version-skew-policy/#kubelet). */
function kubeletStep(before: Resources, after: Resources): string | undefined {
  const [old, wanted] = [versionIn(before, 'kubelet'), versionIn(after, 'kubelet')];
  if (old === undefined || wanted === undefined) return 'kubelet goes';
  return minorOf(old) === minorOf(wanted) ? undefined : `kubelet goes from ${old} to ${wanted}`;
}

/** Pods reach other machines through it. */
function changedInterfaces(before: Resources, after: Resources): readonly string[] {
  return [...new Set([...before.keys(), ...after.keys()])]
    .filter((id) => id.startsWith('interface:'))
    .filter((id) => JSON.stringify(before.get(id)) !== JSON.stringify(after.get(id)))
    .map((id) => `the interface ${id.slice('interface:'.length)} changes`);
}

function changedPlacing(before: Resources, after: Resources): readonly string[] {
  const [old, wanted] = [configurationIn(before), configurationIn(after)];
  return PLACING_FIELDS.filter((field) => JSON.stringify(old[field]) !== JSON.stringify(wanted[field])).map(
    (field) => `kubelet's ${field} changes`,
  );
}

function configurationIn(resources: Resources): Readonly<Record<string, unknown>> {
  const file = resources.get(KUBELET_CONFIGURATION);
  return file?.kind === 'file' ? configurationSchema.parse(parse(file.content)) : {};
}

/** A newer runsc need not understand the sandboxes that an older one runs, and without one nobody can stop them. */
function changedSandbox(before: Resources, after: Resources): string | undefined {
  for (const name of ['runsc', 'containerd-shim-runsc-v1']) {
    const [old, wanted] = [versionIn(before, name), versionIn(after, name)];
    if (old === undefined || old === wanted) continue;
    return wanted === undefined ? `${name} goes` : `${name} goes from ${old} to ${wanted}`;
  }
  return undefined;
}
