/** Where an agent may write: the design's table of paths, as code. Anything else in a document is refused by name. */
import { VentError } from './errors.ts';

/** The components' own units, beside `vent-*`. */
export const COMPONENT_UNITS = [
  'containerd.service',
  'etcd.service',
  'flanneld.service',
  'kube-apiserver.service',
  'kube-controller-manager.service',
  'kube-proxy.service',
  'kube-scheduler.service',
  'kubelet.service',
] as const;

const TREES = [
  '/etc/vent',
  '/var/lib/vent',
  '/run/vent',
  '/opt/vent',
  '/etc/kubernetes',
  '/etc/etcd',
  '/etc/containerd',
  '/etc/cni/net.d',
  '/etc/flannel',
];
const DATA = ['/var/lib/etcd', '/var/lib/kubelet', '/var/lib/containerd', '/var/lib/cni'];
const FILES = ['/etc/sysctl.d/50-vent.conf', '/etc/modules-load.d/vent.conf', '/etc/nftables.d/vent.nft'];
/** The agent's own: no document may name them. */
const RESERVED = [
  '/etc/vent/agent',
  '/var/lib/vent',
  '/run/vent',
  '/opt/vent/store',
  '/opt/vent/agent',
  '/opt/vent/rollback',
];

/** What programs of components make for themselves, and a reset takes away whole. */
export const RESIDUE = [
  ...DATA,
  '/etc/cni',
  '/etc/systemd/logind.conf.d/99-kubelet.conf',
  '/opt/containerd',
  '/run/containerd',
  '/run/flannel',
  '/run/netns/cni-*',
  '/run/nri',
  '/run/runsc',
  '/usr/libexec/kubernetes',
  '/var/log/containers',
  '/var/log/pods',
  '/var/log/runsc',
];

const isWithin = (path: string, tree: string): boolean => path === tree || path.startsWith(`${tree}/`);

function isUnitPath(path: string): boolean {
  const match = /^\/etc\/systemd\/system\/([^/]+)(\/50-vent\.conf)?$/.exec(path);
  const name = match?.[1];
  if (name === undefined)
    return (
      /^\/etc\/systemd\/network\/50-vent-[^/]+$/.test(path) || /^\/etc\/network\/interfaces\.d\/vent-[^/]+$/.test(path)
    );
  if (match?.[2] !== undefined) return name.endsWith('.d');
  return isUnitName(name);
}

/** True for unit names that a document may own: `vent-*` except the agent's own, and the components'. */
export function isUnitName(name: string): boolean {
  if (name === 'vent-agent.service' || name.startsWith('vent-rollback')) return false;
  return name.startsWith('vent-') || (COMPONENT_UNITS as readonly string[]).includes(name);
}

/**
 * Checks a path of a document against the table.
 * @param use `content` for files, links, secrets and certificates; `directory` also allows the data directories
 * @throws VentError PATH_REFUSED naming the path
 */
export function checkPath(path: string, use: 'content' | 'directory'): void {
  const isClean =
    path.startsWith('/') &&
    !path
      .split('/')
      .slice(1)
      .some((part) => part === '' || part === '.' || part === '..');
  const isAllowed =
    isClean &&
    !RESERVED.some((tree) => isWithin(path, tree)) &&
    (TREES.some((tree) => isWithin(path, tree)) ||
      FILES.includes(path) ||
      isUnitPath(path) ||
      (use === 'directory' && DATA.some((tree) => isWithin(path, tree))));
  if (!isAllowed)
    throw new VentError('PATH_REFUSED', `cannot write ${path}: it is not in the table of paths an agent may write`);
}

/** Checks a path of a residue, which ends in `*` where it stands for many. @throws VentError PATH_REFUSED naming the path */
export function checkResidue(path: string): void {
  const parts = path.split('/').slice(1);
  const isClean = !parts.some((part) => part === '' || part === '.' || part === '..');
  if (isClean && RESIDUE.some((tree) => isWithin(path, tree))) return;
  throw new VentError('PATH_REFUSED', `cannot remove ${path}: no component may leave anything there`);
}
