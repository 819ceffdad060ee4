// Original file: proto/vent/v1/operator.proto


export interface DrainMachineResponse {
  'machine'?: (string);
  'message'?: (string);
}

export interface DrainMachineResponse__Output {
  'machine': (string);
  'message': (string);
}
