// Original file: proto/vent/v1/operator.proto


export interface ResetMachineResponse {
  'machine'?: (string);
  'steps'?: (string)[];
  'connected'?: (boolean);
  'runs_pods'?: (boolean);
}

export interface ResetMachineResponse__Output {
  'machine': (string);
  'steps': (string)[];
  'connected': (boolean);
  'runs_pods': (boolean);
}
