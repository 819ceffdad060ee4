/** Each machine's share of the pod CIDR. */
import { countSubnets, nthSubnet } from '../../shared/spec/cidr.ts';
import { POD_SUBNET_PREFIX } from '../../shared/spec/rules.ts';

/**
 * The lowest /24 of the pod CIDR that no living machine has. Pure: called with the same rows it answers the same, so the
 * caller writes the answer down in the transaction that compared those rows.
 * @param podCIDR of the spec, `172.16.0.0/16`
 * @param taken shares of every machine whose row still exists; a share is free again only when its row is gone
 * @returns undefined when every share is taken
 */
export function allocatePodCIDR(podCIDR: string, taken: readonly string[]): string | undefined {
  const used = new Set(taken);
  const count = countSubnets(podCIDR, POD_SUBNET_PREFIX);
  for (let index = 0; index < count; index += 1) {
    const share = nthSubnet(podCIDR, POD_SUBNET_PREFIX, index);
    if (!used.has(share)) return share;
  }
  return undefined;
}
