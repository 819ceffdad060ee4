// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface RollbackRequest {
  'number'?: (number | string | Long);
  'message'?: (string);
  'dry_run'?: (boolean);
  'accept_risks'?: (string)[];
}

export interface RollbackRequest__Output {
  'number': (string);
  'message': (string);
  'dry_run': (boolean);
  'accept_risks': (string)[];
}
