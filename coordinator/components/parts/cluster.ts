/** Facts of a cluster that several components share, worked out from the spec and the machines. */

import { VentError } from '../../../shared/errors.ts';
import type { FactLink } from '../../../shared/facts.ts';
import { lastAddress, nthAddress } from '../../../shared/spec/cidr.ts';
import type { ClusterSpec, Role } from '../../../shared/spec/schema.ts';
import type { Machine, Self } from '../../component.ts';

export const CLUSTER_DOMAIN = 'cluster.local';
/** Port of every API server, and of the cluster's API address. */
export const API_PORT = 6443;
/** Bytes that VXLAN adds to a packet. */
export const ENCAPSULATION = 50;

/** The address every kubeconfig on a machine names: the last of the service range, which the allocator never hands out. */
export function apiAddress(spec: ClusterSpec): string {
  return lastAddress(spec.network.serviceCIDR);
}

/** Address of the service `kubernetes` in `default`. */
export function kubernetesServiceAddress(spec: ClusterSpec): string {
  return nthAddress(spec.network.serviceCIDR, 1);
}

export function dnsAddress(spec: ClusterSpec): string {
  return nthAddress(spec.network.serviceCIDR, 10);
}

export function runsEtcd(machine: Machine): boolean {
  return machine.roles.includes('etcd');
}

export function runsControlPlane(machine: Machine): boolean {
  return machine.roles.includes('control-plane');
}

/** Every machine but an etcd-only one runs a kubelet. */
export function runsKubelet(machine: Machine): boolean {
  return runsControlPlane(machine) || machine.roles.includes('worker');
}

/** Private addresses of the machines with a role, in the order of their names. */
export function addressesOf(peers: readonly Machine[], role: Role): readonly string[] {
  return peers.filter((peer) => peer.roles.includes(role)).map((peer) => peer.privateAddress);
}

/** The machine's own share of the pod CIDR. @throws VentError INVALID_INPUT when the coordinator allocated none */
export function podCIDROf(self: Self): string {
  if (self.podCIDR !== undefined) return self.podCIDR;
  throw new VentError('INVALID_INPUT', `cannot render the pod network of ${self.name}: it has no pod CIDR`);
}

/** Links that Vent or what it runs has made; none of them is a machine's own way into the network. */
const OWN_LINK = /^(vent\d+|cni\d+|flannel\.\d+|veth.*|lo)$/;

/**
 * The facility's link: the one with the private address or, once a macvlan has taken that over, with the public one, or
 * the only one there is.
 * @throws VentError HOST_UNSUPPORTED when the facts show no such link
 */
export function facilityLink(self: Self): FactLink {
  const links = self.facts.links.filter((link) => !OWN_LINK.test(link.name));
  const carrying = (address: string | undefined) =>
    links.find((link) => link.addresses.some((entry) => entry.address === address));
  const link =
    carrying(self.privateAddress) ?? carrying(self.publicAddress) ?? (links.length === 1 ? links[0] : undefined);
  if (link !== undefined) return link;
  throw new VentError(
    'HOST_UNSUPPORTED',
    `cannot find the private network of ${self.name}: none of its links (${links.map(({ name }) => name).join(', ')}) carries ${self.privateAddress}`,
    { hint: 'Give the address to an interface of the machine, or correct it in the inventory.' },
  );
}

/** Addresses of links that are not Vent's, for the check against the cluster's ranges. */
export function foreignAddresses(self: Self): readonly { readonly link: string; readonly address: string }[] {
  return self.facts.links
    .filter((link) => !OWN_LINK.test(link.name))
    .flatMap((link) => link.addresses.map(({ address }) => ({ link: link.name, address })));
}
