// Original file: proto/vent/v1/operator.proto


export interface TakeEtcdSnapshotRequest {
}

export interface TakeEtcdSnapshotRequest__Output {
}
