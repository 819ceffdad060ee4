/** Machines that are shown although they are no members: refused ones, and those that have left. */
import type { MachineView } from '../../shared/wire.ts';
import type { Refusal } from '../arrivals.ts';
import type { PlaceRow } from '../rows.ts';

/** One that was reset, and whose device is still there. */
export type Left = PlaceRow & { readonly deviceId: string };

export const EMPTY_VIEW: MachineView = {
  id: '',
  name: '',
  device_id: '',
  pool: '',
  roles: [],
  state: '',
  message: '',
  public_address: '',
  private_address: '',
  generation: '0',
  observed_generation: '0',
  conditions: [],
  resources: [],
  converged_count: 0,
  facts: undefined,
  pod_cidr: '',
  provider_id: '',
  created_at: '',
  state_since: '',
  agent_version: '',
  last_seen_at: '',
};

/** A device that was refused and that no create call made: it belongs to no pool. */
export function viewStranger({ deviceId, since, error }: Refusal): MachineView {
  const message = `no machine of this cluster, refused: ${error}`;
  return {
    ...EMPTY_VIEW,
    name: deviceId,
    device_id: deviceId,
    state: 'enrolling',
    message,
    created_at: since,
    state_since: since,
  };
}

/** One that was reset: nothing of Vent is on it, but it is still there. */
export function viewLeft({ name, deviceId, pool, leftAt, podCIDR }: Left): MachineView {
  return {
    ...EMPTY_VIEW,
    name,
    device_id: deviceId,
    pool,
    state: 'gone',
    message: `was reset; with new userdata it comes back as ${name}, vent deprovision ${name} gives it back`,
    pod_cidr: podCIDR ?? '',
    created_at: leftAt,
    state_since: leftAt,
  };
}
