// Original file: proto/vent/v1/node.proto


export interface DriftEntry {
  'at'?: (string);
  'id'?: (string);
  'component'?: (string);
  'policy'?: (string);
  'what'?: (string);
}

export interface DriftEntry__Output {
  'at': (string);
  'id': (string);
  'component': (string);
  'policy': (string);
  'what': (string);
}
