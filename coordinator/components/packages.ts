import type { Component } from '../component.ts';
import { runsKubelet } from './parts/cluster.ts';

/** What kubelet, kube-proxy and flanneld call (iptables: flanneld's masquerading and the portmap plugin). */
const POD_PACKAGES = ['conntrack', 'ethtool', 'iptables', 'socat'];
/** What the agent itself calls: nft for rules, modprobe for modules. */
const BASE_PACKAGES = ['kmod', 'nftables'];
/** Certificates and etcd need clocks that agree. Whatever keeps the time already stays. */
const TIME_PACKAGES = ['systemd-timesyncd | chrony | ntpsec | openntpd | ntp'];

export const packages: Component = {
  name: 'packages',
  summary: 'programs of the distribution that the others call',
  render(_spec, self) {
    const wanted = [...BASE_PACKAGES, ...TIME_PACKAGES, ...(runsKubelet(self) ? POD_PACKAGES : [])].toSorted();
    return [{ kind: 'package', name: 'base', packages: wanted }];
  },
};
