// Original file: /work/main/proto/vent/v1/operator.proto


export interface ListTokensRequest {
}

export interface ListTokensRequest__Output {
}
