// Original file: proto/vent/v1/operator.proto


export interface WatchRolloutRequest {
}

export interface WatchRolloutRequest__Output {
}
