// Original file: proto/vent/v1/operator.proto


export interface HoldMachineRequest {
  'machine'?: (string);
  'hold'?: (boolean);
}

export interface HoldMachineRequest__Output {
  'machine': (string);
  'hold': (boolean);
}
