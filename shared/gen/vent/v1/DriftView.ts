// Original file: proto/vent/v1/operator.proto


export interface DriftView {
  'machine'?: (string);
  'at'?: (string);
  'resource'?: (string);
  'component'?: (string);
  'policy'?: (string);
  'what'?: (string);
}

export interface DriftView__Output {
  'machine': (string);
  'at': (string);
  'resource': (string);
  'component': (string);
  'policy': (string);
  'what': (string);
}
