import type { ResourceOf } from '../../shared/document.ts';
import type { Component, RenderSpec, Self } from '../component.ts';
import { CNI_CONFIGURATION } from './cni.ts';
import { runsKubelet } from './parts/cluster.ts';
import { imageReference } from './parts/images.ts';
import { BIN, configFile, LOCAL_DEADLINE, program, SEARCH_PATH, service } from './parts/resources.ts';
import { isSandboxed, RUNSC_CONFIGURATION } from './runsc.ts';

/** containerd's default; kubelet and the agent's image kind speak to it. */
export const CONTAINERD_SOCKET = '/run/containerd/containerd.sock';
export const CONTAINERD_UNIT = 'unit:containerd.service';
/** Converged once containerd has said that it is ready. */
export const CONTAINERD_READY = 'probe:containerd';

const CONFIGURATION = '/etc/containerd/config.toml';

/** Every shim is started with the socket of its containerd, and kubelet puts every pod into one group. */
export const POD_PROCESSES = { argument: CONTAINERD_SOCKET };

const residue: ResourceOf<'residue'> = {
  kind: 'residue',
  name: 'containerd',
  processes: POD_PROCESSES,
  mounts: ['/run/containerd/*', '/var/lib/containerd/*', '/run/netns/cni-*'],
  paths: [
    '/run/containerd',
    '/run/netns/cni-*',
    '/run/nri',
    '/run/runsc',
    '/var/lib/containerd',
    '/var/log/runsc',
    // Made for plugins of containerd that nobody uses here.
    '/opt/containerd',
  ],
};

export const containerd: Component = {
  name: 'containerd',
  summary: 'containerd and its shim for runc',
  render(spec, self) {
    if (!runsKubelet(self)) return [];
    const { containerd: version } = spec.versions;
    const restarts = [CONTAINERD_UNIT];
    return [
      residue,
      program(spec, self, 'containerd', version, { restarts }),
      // Running pods keep the shim they were started with; containerd looks the file up for each new one.
      program(spec, self, 'containerd-shim-runc-v2', version),
      program(spec, self, 'ctr', version),
      configFile(CONFIGURATION, configuration(spec, self), { restarts }),
      service('containerd', {
        description: 'containerd container runtime',
        command: [`${BIN}/containerd`, `--config=${CONFIGURATION}`],
        settings: [
          'Type=notify',
          `Environment=PATH=${SEARCH_PATH}`,
          // Pods survive containerd: their cgroups are their own, and stopping the unit ends containerd alone.
          'Delegate=yes',
          'KillMode=process',
          'TasksMax=infinity',
          ...(mayRaisePriority(self) ? ['OOMScoreAdjust=-999'] : []),
        ],
      }),
      {
        kind: 'probe',
        name: 'containerd',
        sentence: 'containerd says that it is ready',
        deadlineSeconds: LOCAL_DEADLINE,
        check: { type: 'unit', unit: 'containerd.service' },
      },
    ];
  },
};

/** Lowering an OOM score needs CAP_SYS_RESOURCE, which some sandboxes do not give even to root. */
function mayRaisePriority(self: Self): boolean {
  return !self.facts.missingCapabilities.includes('sys_resource');
}

/** https://github.com/containerd/containerd/blob/main/docs/cri/config.md, version 3 (containerd 2). */
function configuration(spec: RenderSpec, self: Self): string {
  const images = `plugins.'io.containerd.cri.v1.images'`;
  const runtime = `plugins.'io.containerd.cri.v1.runtime'`;
  return `version = 3

[${images}]
  snapshotter = 'overlayfs'

[${images}.pinned_images]
  sandbox = '${imageReference(spec, 'pause')}'

[${runtime}]
  restrict_oom_score_adj = ${!mayRaisePriority(self)}

[${runtime}.cni]
  bin_dirs = ['${BIN}']
  conf_dir = '${CNI_CONFIGURATION}'

[${runtime}.containerd]
  default_runtime_name = 'runc'

[${runtime}.containerd.runtimes.runc]
  runtime_type = 'io.containerd.runc.v2'

[${runtime}.containerd.runtimes.runc.options]
  BinaryName = '${BIN}/runc'
  SystemdCgroup = ${self.facts.cgroup === 2}
${isSandboxed(spec) ? runscRuntime(runtime) : ''}`;
}

function runscRuntime(runtime: string): string {
  return `
[${runtime}.containerd.runtimes.runsc]
  runtime_type = 'io.containerd.runsc.v1'

[${runtime}.containerd.runtimes.runsc.options]
  TypeUrl = 'io.containerd.runsc.v1.options'
  ConfigPath = '${RUNSC_CONFIGURATION}'
`;
}
