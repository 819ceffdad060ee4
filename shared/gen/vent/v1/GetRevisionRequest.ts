// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface GetRevisionRequest {
  'number'?: (number | string | Long);
}

export interface GetRevisionRequest__Output {
  'number': (string);
}
