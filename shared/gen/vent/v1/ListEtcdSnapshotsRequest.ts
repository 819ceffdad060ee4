// Original file: proto/vent/v1/operator.proto


export interface ListEtcdSnapshotsRequest {
}

export interface ListEtcdSnapshotsRequest__Output {
}
