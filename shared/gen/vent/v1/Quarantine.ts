// Original file: proto/vent/v1/node.proto

import type { Long } from '@grpc/proto-loader';

export interface Quarantine {
  'generation'?: (number | string | Long);
  'reason'?: (string);
}

export interface Quarantine__Output {
  'generation': (string);
  'reason': (string);
}
