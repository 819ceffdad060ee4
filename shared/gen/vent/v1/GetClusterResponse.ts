// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface GetClusterResponse {
  'id'?: (string);
  'name'?: (string);
  'revision'?: (number | string | Long);
  'content'?: (string);
  'etcd_formed'?: (boolean);
  'kubernetes_version'?: (string);
  'rollout_state'?: (string);
  'rollout_message'?: (string);
  'etcd_message'?: (string);
}

export interface GetClusterResponse__Output {
  'id': (string);
  'name': (string);
  'revision': (string);
  'content': (string);
  'etcd_formed': (boolean);
  'kubernetes_version': (string);
  'rollout_state': (string);
  'rollout_message': (string);
  'etcd_message': (string);
}
