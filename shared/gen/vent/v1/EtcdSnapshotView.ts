// Original file: proto/vent/v1/operator.proto

import type { Long } from '@grpc/proto-loader';

export interface EtcdSnapshotView {
  'id'?: (string);
  'machine'?: (string);
  'revision'?: (number | string | Long);
  'size'?: (number | string | Long);
  'sha256'?: (string);
  'etcd_version'?: (string);
  'kubernetes_version'?: (string);
  'taken_at'?: (string);
  'reason'?: (string);
  'cluster_name'?: (string);
}

export interface EtcdSnapshotView__Output {
  'id': (string);
  'machine': (string);
  'revision': (string);
  'size': (string);
  'sha256': (string);
  'etcd_version': (string);
  'kubernetes_version': (string);
  'taken_at': (string);
  'reason': (string);
  'cluster_name': (string);
}
