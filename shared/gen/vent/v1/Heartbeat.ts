// Original file: /work/main/proto/vent/v1/node.proto


export interface Heartbeat {
}

export interface Heartbeat__Output {
}
