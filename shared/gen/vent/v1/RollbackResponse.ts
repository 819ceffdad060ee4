// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface RollbackResponse {
  'revision'?: (number | string | Long);
  'changed'?: (boolean);
  'cluster_name'?: (string);
}

export interface RollbackResponse__Output {
  'revision': (string);
  'changed': (boolean);
  'cluster_name': (string);
}
