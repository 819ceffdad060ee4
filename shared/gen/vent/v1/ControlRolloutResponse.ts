// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface ControlRolloutResponse {
  'revision'?: (number | string | Long);
  'state'?: (string);
}

export interface ControlRolloutResponse__Output {
  'revision': (string);
  'state': (string);
}
