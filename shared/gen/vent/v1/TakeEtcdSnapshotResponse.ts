// Original file: proto/vent/v1/operator.proto

import type { EtcdSnapshotView as _vent_v1_EtcdSnapshotView, EtcdSnapshotView__Output as _vent_v1_EtcdSnapshotView__Output } from '../../vent/v1/EtcdSnapshotView.ts';
import type { Long } from '@grpc/proto-loader';

export interface TakeEtcdSnapshotResponse {
  'machine'?: (string);
  'received'?: (number | string | Long);
  'total'?: (number | string | Long);
  'snapshot'?: (_vent_v1_EtcdSnapshotView | null);
}

export interface TakeEtcdSnapshotResponse__Output {
  'machine': (string);
  'received': (string);
  'total': (string);
  'snapshot': (_vent_v1_EtcdSnapshotView__Output | null);
}
