// Original file: proto/vent/v1/operator.proto


export interface RevokeTokenResponse {
}

export interface RevokeTokenResponse__Output {
}
