// Original file: proto/vent/v1/operator.proto


export interface GetVersionRequest {
}

export interface GetVersionRequest__Output {
}
