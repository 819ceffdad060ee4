// Original file: proto/vent/v1/operator.proto

import type { EtcdSnapshotView as _vent_v1_EtcdSnapshotView, EtcdSnapshotView__Output as _vent_v1_EtcdSnapshotView__Output } from '../../vent/v1/EtcdSnapshotView.ts';

export interface ReadEtcdSnapshotResponse {
  'snapshot'?: (_vent_v1_EtcdSnapshotView | null);
  'part'?: (Buffer | Uint8Array | string);
  'message'?: "snapshot"|"part";
}

export interface ReadEtcdSnapshotResponse__Output {
  'snapshot'?: (_vent_v1_EtcdSnapshotView__Output | null);
  'part'?: (Buffer);
  'message'?: "snapshot"|"part";
}
