// Original file: proto/vent/v1/operator.proto


export interface ReadEtcdSnapshotRequest {
  'id'?: (string);
}

export interface ReadEtcdSnapshotRequest__Output {
  'id': (string);
}
