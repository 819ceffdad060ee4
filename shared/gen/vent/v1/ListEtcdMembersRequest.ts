// Original file: proto/vent/v1/operator.proto


export interface ListEtcdMembersRequest {
}

export interface ListEtcdMembersRequest__Output {
}
