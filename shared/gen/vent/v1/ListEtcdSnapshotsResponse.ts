// Original file: proto/vent/v1/operator.proto

import type { EtcdSnapshotView as _vent_v1_EtcdSnapshotView, EtcdSnapshotView__Output as _vent_v1_EtcdSnapshotView__Output } from '../../vent/v1/EtcdSnapshotView.ts';

export interface ListEtcdSnapshotsResponse {
  'snapshots'?: (_vent_v1_EtcdSnapshotView)[];
}

export interface ListEtcdSnapshotsResponse__Output {
  'snapshots': (_vent_v1_EtcdSnapshotView__Output)[];
}
