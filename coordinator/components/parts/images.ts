/** Images that machines are given as archives, never pulled: the host name is nobody's. */
import type { ClusterSpec } from '../../../shared/spec/schema.ts';

export type ImageName = 'pause' | 'coredns';

/** `vent.local/pause:1.0.0`. */
export function imageReference(spec: ClusterSpec, name: ImageName): string {
  return `vent.local/${name}:${spec.versions[name]}`;
}
