/** Machines as a coordinator shows them. */
import type { OperatorAnswers } from '../../../coordinator/cli/fake-operator.ts';

type Machines = Extract<
  ReturnType<NonNullable<OperatorAnswers['ListMachines']>>,
  { readonly machines?: unknown }
>['machines'];
export type Machine = NonNullable<Machines>[number];

const at = (time: string): string => `2026-11-24T${time}Z`;

export const CONTROL: Machine = {
  id: '0c6c1d1e-0000-4000-8000-000000000001',
  name: 'control-1',
  device_id: 'd1',
  pool: 'control',
  roles: ['etcd', 'control-plane'],
  state: 'ready',
  public_address: '198.51.100.11',
  private_address: '10.0.0.11',
  generation: '7',
  observed_generation: '7',
  created_at: at('10:00:00'),
  state_since: at('11:30:00'),
  conditions: [
    {
      type: 'KubernetesReady',
      status: 'True',
      reason: 'NodeReady',
      message: '',
      observed_generation: '7',
      last_transition_time: at('11:30:00'),
    },
  ],
};

export const WORKER: Machine = {
  id: '0c6c1d1e-0000-4000-8000-000000000002',
  name: 'workers-1',
  device_id: 'd2',
  pool: 'workers',
  roles: ['worker'],
  state: 'converging',
  message: 'waits for unit:containerd.service',
  private_address: '10.0.0.21',
  generation: '3',
  observed_generation: '2',
  converged_count: 40,
  created_at: at('11:58:30'),
  state_since: at('11:59:00'),
  resources: [
    {
      id: 'unit:kubelet.service',
      component: 'kubelet',
      state: 'blocked',
      message: 'waits for unit:containerd.service',
      since: at('11:59:30'),
    },
  ],
};

export const listMachines: Pick<OperatorAnswers, 'ListMachines'> = {
  ListMachines: () => ({ machines: [CONTROL, WORKER] }),
};
