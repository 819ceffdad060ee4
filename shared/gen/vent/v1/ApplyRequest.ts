// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface ApplyRequest {
  'content'?: (string);
  'file_name'?: (string);
  'message'?: (string);
  'dry_run'?: (boolean);
  'expected_revision'?: (number | string | Long);
  'plan_hash'?: (string);
  'accept_risks'?: (string)[];
}

export interface ApplyRequest__Output {
  'content': (string);
  'file_name': (string);
  'message': (string);
  'dry_run': (boolean);
  'expected_revision': (string);
  'plan_hash': (string);
  'accept_risks': (string)[];
}
