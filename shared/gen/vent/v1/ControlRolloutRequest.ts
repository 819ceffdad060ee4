// Original file: proto/vent/v1/operator.proto


export interface ControlRolloutRequest {
  'action'?: (string);
}

export interface ControlRolloutRequest__Output {
  'action': (string);
}
