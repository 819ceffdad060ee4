// Original file: proto/vent/v1/node.proto

import type { Long } from '@grpc/proto-loader';

export interface Condition {
  'type'?: (string);
  'status'?: (string);
  'reason'?: (string);
  'message'?: (string);
  'observed_generation'?: (number | string | Long);
  'last_transition_time'?: (string);
}

export interface Condition__Output {
  'type': (string);
  'status': (string);
  'reason': (string);
  'message': (string);
  'observed_generation': (string);
  'last_transition_time': (string);
}
