// Original file: proto/vent/v1/operator.proto


export interface GetClusterRequest {
}

export interface GetClusterRequest__Output {
}
