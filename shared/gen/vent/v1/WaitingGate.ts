// Original file: proto/vent/v1/operator.proto


export interface WaitingGate {
  'name'?: (string);
  'step'?: (string);
  'command'?: (string)[];
}

export interface WaitingGate__Output {
  'name': (string);
  'step': (string);
  'command': (string)[];
}
