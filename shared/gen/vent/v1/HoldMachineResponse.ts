// Original file: proto/vent/v1/operator.proto


export interface HoldMachineResponse {
  'machine'?: (string);
}

export interface HoldMachineResponse__Output {
  'machine': (string);
}
