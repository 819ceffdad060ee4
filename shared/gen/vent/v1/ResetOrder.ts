// Original file: proto/vent/v1/node.proto


export interface ResetOrder {
}

export interface ResetOrder__Output {
}
