/** How a pod asks for gVisor. */

import type { ClusterSpec } from '../../../shared/spec/schema.ts';
import { isSandboxed } from '../../components/runsc.ts';
import type { DesiredObject } from '../../kubernetes/object.ts';

/** Set on a Node while a real pod there has proved that it runs in gVisor; kubelets may not set labels of this prefix. */
export const SANDBOX_LABEL = 'node-restriction.kubernetes.io/vent-sandbox';
/** For users' pods: only where the sandbox is proved. */
export const SANDBOX_CLASS = 'gvisor';
/** For the proof itself: anywhere. */
export const PROOF_CLASS = 'gvisor-proof';

export function runtimeClasses(spec: ClusterSpec): readonly DesiredObject[] {
  if (!isSandboxed(spec)) return [];
  return [
    { ...runtimeClass(SANDBOX_CLASS), scheduling: { nodeSelector: { [SANDBOX_LABEL]: 'true' } } },
    runtimeClass(PROOF_CLASS),
  ];
}

function runtimeClass(name: string): DesiredObject {
  return { apiVersion: 'node.k8s.io/v1', kind: 'RuntimeClass', metadata: { name }, handler: 'runsc' };
}
