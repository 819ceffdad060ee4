import type { Component } from '../component.ts';
import { runsKubelet } from './parts/cluster.ts';
import { program } from './parts/resources.ts';

export const runc: Component = {
  name: 'runc',
  summary: 'the runtime of ordinary pods',
  render(spec, self) {
    return runsKubelet(self) ? [program(spec, self, 'runc', spec.versions.runc)] : [];
  },
};
