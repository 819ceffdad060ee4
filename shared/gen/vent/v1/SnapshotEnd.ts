// Original file: proto/vent/v1/node.proto


export interface SnapshotEnd {
}

export interface SnapshotEnd__Output {
}
