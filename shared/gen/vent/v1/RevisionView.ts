// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface RevisionView {
  'number'?: (number | string | Long);
  'author'?: (string);
  'message'?: (string);
  'file_name'?: (string);
  'created_at'?: (string);
}

export interface RevisionView__Output {
  'number': (string);
  'author': (string);
  'message': (string);
  'file_name': (string);
  'created_at': (string);
}
