// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface EtcdMemberView {
  'id'?: (string);
  'machine'?: (string);
  'peer_url'?: (string);
  'role'?: (string);
  'answers'?: (boolean);
  'version'?: (string);
  'lag'?: (number | string | Long);
  'database_bytes'?: (number | string | Long);
  'database_bytes_in_use'?: (number | string | Long);
}

export interface EtcdMemberView__Output {
  'id': (string);
  'machine': (string);
  'peer_url': (string);
  'role': (string);
  'answers': (boolean);
  'version': (string);
  'lag': (string);
  'database_bytes': (string);
  'database_bytes_in_use': (string);
}
