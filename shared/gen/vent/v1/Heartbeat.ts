// Original file: proto/vent/v1/node.proto


export interface Heartbeat {
}

export interface Heartbeat__Output {
}
