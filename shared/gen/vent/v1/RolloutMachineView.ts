// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface RolloutMachineView {
  'machine'?: (string);
  'state'?: (string);
  'revision'?: (number | string | Long);
  'moved_at'?: (string);
  'differences'?: (string)[];
}

export interface RolloutMachineView__Output {
  'machine': (string);
  'state': (string);
  'revision': (string);
  'moved_at': (string);
  'differences': (string)[];
}
