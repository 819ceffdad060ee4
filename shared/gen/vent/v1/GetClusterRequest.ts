// Original file: /work/main/proto/vent/v1/operator.proto


export interface GetClusterRequest {
}

export interface GetClusterRequest__Output {
}
