import type { Component } from '../component.ts';
import { runsKubelet } from './parts/cluster.ts';
import { TRUST_FILE } from './parts/kubernetes.ts';

/** Readable by all: it holds no secret, and `kubectl` of any user may name it. */
export const trust: Component = {
  name: 'trust',
  summary: 'the roots that Kubernetes programs on this machine believe',
  render(_spec, self) {
    if (!runsKubelet(self)) return [];
    return [{ kind: 'trust', name: TRUST_FILE, authority: 'kubernetes', mode: '0644', owner: 'root:root' }];
  },
};
