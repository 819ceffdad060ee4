// Original file: proto/vent/v1/node.proto


export interface LeaveRequest {
}

export interface LeaveRequest__Output {
}
