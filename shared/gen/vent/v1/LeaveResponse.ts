// Original file: proto/vent/v1/node.proto


export interface LeaveResponse {
}

export interface LeaveResponse__Output {
}
