import type { Component } from '../component.ts';
import { SERVICE_ACCOUNT_KEY } from './kube-apiserver.ts';
import { runsControlPlane } from './parts/cluster.ts';
import { controlLoop } from './parts/control-loop.ts';
import { TRUST_FILE } from './parts/kubernetes.ts';

export const kubeControllerManager: Component = {
  name: 'kube-controller-manager',
  summary: "Kubernetes' control loops",
  render(spec, self) {
    if (!runsControlPlane(self)) return [];
    return controlLoop(spec, self, {
      name: 'kube-controller-manager',
      description: 'Kubernetes controller manager',
      port: 10257,
      settings: {
        // The coordinator gives each Node its range; no authority's key is here, so no request is signed either.
        'allocate-node-cidrs': false,
        'root-ca-file': TRUST_FILE,
        'service-account-private-key-file': SERVICE_ACCOUNT_KEY,
        'use-service-account-credentials': true,
        'terminated-pod-gc-threshold': 1000,
      },
      extraArgs: self.settings.kubeControllerManager?.extraArgs,
    });
  },
};
