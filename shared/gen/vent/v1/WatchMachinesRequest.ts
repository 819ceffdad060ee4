// Original file: proto/vent/v1/operator.proto


export interface WatchMachinesRequest {
}

export interface WatchMachinesRequest__Output {
}
