// Original file: proto/vent/v1/operator.proto

import type { Condition as _vent_v1_Condition, Condition__Output as _vent_v1_Condition__Output } from '../../vent/v1/Condition.ts';
import type { ResourceReport as _vent_v1_ResourceReport, ResourceReport__Output as _vent_v1_ResourceReport__Output } from '../../vent/v1/ResourceReport.ts';
import type { Facts as _vent_v1_Facts, Facts__Output as _vent_v1_Facts__Output } from '../../vent/v1/Facts.ts';
import type { Long } from '@grpc/proto-loader';

export interface MachineView {
  'id'?: (string);
  'name'?: (string);
  'device_id'?: (string);
  'pool'?: (string);
  'roles'?: (string)[];
  'state'?: (string);
  'message'?: (string);
  'public_address'?: (string);
  'private_address'?: (string);
  'generation'?: (number | string | Long);
  'observed_generation'?: (number | string | Long);
  'conditions'?: (_vent_v1_Condition)[];
  'resources'?: (_vent_v1_ResourceReport)[];
  'converged_count'?: (number);
  'facts'?: (_vent_v1_Facts | null);
  'pod_cidr'?: (string);
  'provider_id'?: (string);
  'created_at'?: (string);
  'state_since'?: (string);
  'agent_version'?: (string);
  'last_seen_at'?: (string);
}

export interface MachineView__Output {
  'id': (string);
  'name': (string);
  'device_id': (string);
  'pool': (string);
  'roles': (string)[];
  'state': (string);
  'message': (string);
  'public_address': (string);
  'private_address': (string);
  'generation': (string);
  'observed_generation': (string);
  'conditions': (_vent_v1_Condition__Output)[];
  'resources': (_vent_v1_ResourceReport__Output)[];
  'converged_count': (number);
  'facts': (_vent_v1_Facts__Output | null);
  'pod_cidr': (string);
  'provider_id': (string);
  'created_at': (string);
  'state_since': (string);
  'agent_version': (string);
  'last_seen_at': (string);
}
