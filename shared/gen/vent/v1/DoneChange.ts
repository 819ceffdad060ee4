// Original file: proto/vent/v1/node.proto


export interface DoneChange {
  'id'?: (string);
  'component'?: (string);
  'change'?: (string);
  'sentence'?: (string);
}

export interface DoneChange__Output {
  'id': (string);
  'component': (string);
  'change': (string);
  'sentence': (string);
}
