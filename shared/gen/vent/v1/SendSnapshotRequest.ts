// Original file: proto/vent/v1/node.proto

import type { SnapshotBegin as _vent_v1_SnapshotBegin, SnapshotBegin__Output as _vent_v1_SnapshotBegin__Output } from '../../vent/v1/SnapshotBegin.ts';
import type { SnapshotEnd as _vent_v1_SnapshotEnd, SnapshotEnd__Output as _vent_v1_SnapshotEnd__Output } from '../../vent/v1/SnapshotEnd.ts';

export interface SendSnapshotRequest {
  'begin'?: (_vent_v1_SnapshotBegin | null);
  'part'?: (Buffer | Uint8Array | string);
  'end'?: (_vent_v1_SnapshotEnd | null);
  'message'?: "begin"|"part"|"end";
}

export interface SendSnapshotRequest__Output {
  'begin'?: (_vent_v1_SnapshotBegin__Output | null);
  'part'?: (Buffer);
  'end'?: (_vent_v1_SnapshotEnd__Output | null);
  'message'?: "begin"|"part"|"end";
}
