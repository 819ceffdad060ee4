// Original file: proto/vent/v1/operator.proto


export interface CordonMachineResponse {
  'machine'?: (string);
}

export interface CordonMachineResponse__Output {
  'machine': (string);
}
