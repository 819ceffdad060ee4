// Original file: proto/vent/v1/node.proto

import type { Long } from '@grpc/proto-loader';

export interface SendSnapshotResponse {
  'received'?: (number | string | Long);
  'kept'?: (boolean);
}

export interface SendSnapshotResponse__Output {
  'received': (string);
  'kept': (boolean);
}
