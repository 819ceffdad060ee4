import type { ClusterSpec } from '../../shared/spec/schema.ts';
import type { Component, Self } from '../component.ts';
import { runsKubelet } from './parts/cluster.ts';
import { configFile, program } from './parts/resources.ts';

/** Read by the shim for each pod, so a change restarts nothing. */
export const RUNSC_CONFIGURATION = '/etc/containerd/runsc.toml';

export function isSandboxed(spec: ClusterSpec): boolean {
  return spec.runtimes.sandbox === 'runsc';
}

export const runsc: Component = {
  name: 'runsc',
  summary: "gVisor's runtime, for pods of the RuntimeClass gvisor",
  render(spec, self) {
    if (!runsKubelet(self) || !isSandboxed(spec)) return [];
    const { runsc: version } = spec.versions;
    return [
      program(spec, self, 'runsc', version),
      program(spec, self, 'containerd-shim-runsc-v1', version),
      configFile(RUNSC_CONFIGURATION, configuration(self)),
    ];
  },
};

/** https://gvisor.dev/docs/user_guide/containerd/configuration/; systrap needs no /dev/kvm. */
function configuration(self: Self): string {
  // With cgroup v2 pods' groups belong to systemd. In a v1 hierarchy runsc cannot make the groups that a kubelet with
  // cgroupfs names when some controllers are mounted elsewhere; kubelet's own group of the pod stays.
  const cgroups = self.facts.cgroup === 2 ? 'systemd-cgroup = "true"' : 'ignore-cgroups = "true"';
  return `log_path = "/var/log/runsc/%ID%/shim.log"
log_level = "info"

[runsc_config]
  platform = "systrap"
  ${cgroups}
`;
}
