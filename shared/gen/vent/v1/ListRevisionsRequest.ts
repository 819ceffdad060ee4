// Original file: proto/vent/v1/operator.proto


export interface ListRevisionsRequest {
}

export interface ListRevisionsRequest__Output {
}
