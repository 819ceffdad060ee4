// Original file: proto/vent/v1/operator.proto


export interface CordonMachineRequest {
  'machine'?: (string);
  'cordon'?: (boolean);
}

export interface CordonMachineRequest__Output {
  'machine': (string);
  'cordon': (boolean);
}
