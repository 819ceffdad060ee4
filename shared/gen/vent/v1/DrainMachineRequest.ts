// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface DrainMachineRequest {
  'machine'?: (string);
  'deadline_seconds'?: (number | string | Long);
  'force'?: (boolean);
}

export interface DrainMachineRequest__Output {
  'machine': (string);
  'deadline_seconds': (string);
  'force': (boolean);
}
