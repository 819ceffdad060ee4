// Original file: proto/vent/v1/operator.proto

import type { MachinePlan as _vent_v1_MachinePlan, MachinePlan__Output as _vent_v1_MachinePlan__Output } from '../../vent/v1/MachinePlan.ts';
import type { Long } from '@grpc/proto-loader';

export interface PlanResponse {
  'hash'?: (string);
  'revision'?: (number | string | Long);
  'machines'?: (_vent_v1_MachinePlan)[];
  'waves'?: (string)[];
  'irreversible'?: (string)[];
  'stages'?: (string)[];
  'risks'?: (string)[];
}

export interface PlanResponse__Output {
  'hash': (string);
  'revision': (string);
  'machines': (_vent_v1_MachinePlan__Output)[];
  'waves': (string)[];
  'irreversible': (string)[];
  'stages': (string)[];
  'risks': (string)[];
}
