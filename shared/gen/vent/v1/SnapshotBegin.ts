// Original file: proto/vent/v1/node.proto

import type { Long } from '@grpc/proto-loader';

export interface SnapshotBegin {
  'operation_id'?: (string);
  'size'?: (number | string | Long);
}

export interface SnapshotBegin__Output {
  'operation_id': (string);
  'size': (string);
}
