// Original file: proto/vent/v1/node.proto


export interface ConfirmResponse {
}

export interface ConfirmResponse__Output {
}
