// Original file: proto/vent/v1/operator.proto


export interface GetRolloutRequest {
}

export interface GetRolloutRequest__Output {
}
