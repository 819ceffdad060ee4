import type { Component } from '../component.ts';
import { runsControlPlane } from './parts/cluster.ts';
import { controlLoop } from './parts/control-loop.ts';

export const kubeScheduler: Component = {
  name: 'kube-scheduler',
  summary: 'chooses a machine for each pod',
  render(spec, self) {
    if (!runsControlPlane(self)) return [];
    return controlLoop(spec, self, {
      name: 'kube-scheduler',
      description: 'Kubernetes scheduler',
      port: 10259,
      settings: {},
      extraArgs: self.settings.kubeScheduler?.extraArgs,
    });
  },
};
