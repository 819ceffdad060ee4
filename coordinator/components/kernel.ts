import type { Component } from '../component.ts';
import { runsKubelet } from './parts/cluster.ts';

/** Container file systems, bridged packets seen by nftables, and kube-proxy's connections. */
const MODULES = ['overlay', 'br_netfilter', 'nf_conntrack'];

const SYSCTLS = {
  'net.ipv4.ip_forward': '1',
  'net.bridge.bridge-nf-call-iptables': '1',
  // The three that kubelet compares itself (kubelet's protectKernelDefaults); a machine that panics comes back.
  'vm.overcommit_memory': '1',
  'kernel.panic': '10',
  'kernel.panic_on_oops': '1',
  // A kubelet, a runtime and a hundred pods watch more files than the kernel's default of 128 instances allows.
  'fs.inotify.max_user_instances': '8192',
  'fs.inotify.max_user_watches': '524288',
};

export const kernel: Component = {
  name: 'kernel',
  summary: 'kernel modules and sysctls that containers and the pod network need',
  render(_spec, self) {
    if (!runsKubelet(self)) return [];
    return [
      { kind: 'module', name: 'vent', modules: [...MODULES] },
      // The bridge's sysctl exists once br_netfilter is loaded.
      { kind: 'sysctl', name: 'vent', values: { ...SYSCTLS, ...self.settings.sysctls } },
    ];
  },
};
