// Original file: proto/vent/v1/operator.proto


export interface ListMachinesRequest {
}

export interface ListMachinesRequest__Output {
}
